/// How a real result becomes an integer. On ties:
///
///     value            -2.5  -1.5  -0.5   0.5   1.5   2.5
///     halfToEven         -2    -2     0     0     2     2
///     halfUp             -2    -1     0     1     2     3
///     halfAwayFromZero   -3    -2    -1     1     2     3
public enum RoundingRule: String, Hashable, Sendable, CaseIterable {
    case halfToEven = "half_to_even"
    case halfUp = "half_up"
    case halfAwayFromZero = "half_away_from_zero"
}
