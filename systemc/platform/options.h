// Command-line words of the form --name or --name=value.
#ifndef ACCELSIM_PLATFORM_OPTIONS_H
#define ACCELSIM_PLATFORM_OPTIONS_H

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace platform {

class options {
  public:
    options(int count, char **words, int first) {
        for (int index = first; index < count; ++index) {
            const std::string word = words[index];
            if (word.rfind("--", 0) != 0) {
                others.push_back(word);
            } else {
                const size_t equals = word.find('=');
                values_[word.substr(2, equals - 2)] = equals == std::string::npos ? "" : word.substr(equals + 1);
            }
        }
    }

    bool has(const std::string &name) { return take(name, nullptr); }
    std::string text(const std::string &name, const std::string &otherwise = "") {
        std::string value = otherwise;
        take(name, &value);
        return value;
    }
    unsigned long long number(const std::string &name, unsigned long long otherwise) {
        std::string value;
        return take(name, &value) ? std::stoull(value) : otherwise;
    }
    // Call last: throws for a name that nobody asked for.
    void finish() const {
        if (!values_.empty()) throw std::runtime_error("--" + values_.begin()->first + " is not known");
    }

    std::vector<std::string> others;

  private:
    bool take(const std::string &name, std::string *value) {
        const auto found = values_.find(name);
        if (found == values_.end()) return false;
        if (value) *value = found->second;
        values_.erase(found);
        return true;
    }
    std::map<std::string, std::string> values_;
};

}  // namespace platform
#endif
