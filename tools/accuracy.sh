#!/bin/sh
# Top-1 of the four example networks over the 10,000 images of the Fashion-MNIST test set (Debian packages
# dataset-fashion-mnist, python3-numpy), on the machines given, else on olive: about half a minute per network and machine.
# Not part of tools/test.sh, which does it for lut-tc.
set -eu
cd "$(dirname "$0")/.."

python3 -m tools.fashion_mnist.test_set --output out/fashion-mnist
swift build -c release --product accelsim
for machine in "${@:-olive}"; do
    for variant in w8a8 w4a8 w2a8 ternary; do
        echo "$machine $variant"
        # --convert: olive makes outlier-victim pairs of codes; other machines take them as they are.
        .build/release/accelsim run "examples/fashion-mnist/$variant/graph.json" --arch "$machine" --convert --check \
            --data out/fashion-mnist/images.npy --labels out/fashion-mnist/labels.npy | grep -E 'accuracy|^check'
    done
done
