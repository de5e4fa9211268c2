extension Elementary {
    /// 1 / sqrt(x): a table of 128 seeds of 11 bits and one fourth-order Newton step.
    ///
    /// rsqrt(+-0) = +-infinity, rsqrt(infinity) = +0, NaN for negative x. Subnormal x is exact to the same bound; no result is
    /// subnormal.
    @inlinable
    public static func rsqrt(_ x: Float) -> Float {
        guard x > 0, x < .infinity else {
            return x == 0 ? withSign(of: x, .infinity) : (x == .infinity ? 0 : notANumber)
        }
        // A subnormal number is scaled by 2^24, exactly.
        let isSubnormal = x < 0x1p-126
        let bits = (isSubnormal ? x * 0x1p24 : x).bitPattern
        let exponent = Int32(bits >> 23) &- (isSubnormal ? 127 + 24 : 127)
        // x = m * 4^k with m in [1, 4).
        let odd = UInt32(bitPattern: exponent) & 1
        let k = exponent &>> 1
        let m = Float(bitPattern: (bits & 0x7F_FFFF) | (127 + odd) << 23)
        let seed = Float(reciprocalSquareRootSeeds[Int(odd << 6 | (bits >> 17 & 63))]) * 0x1p-11
        // seed^2 has 22 bits and is exact; the seed is never too large, so m * seed^2 <= 1 and e is accurate to 2^-25.
        let e = 1 - m * (seed * seed)
        let series = ((0x1.18p-2 * e + 0x1.4p-2) * e + 0x1.8p-2) * e + 0x1p-1
        return (seed + (seed * e) * series) * powerOfTwo(0 &- k)
    }

    /// floor(2^11 / sqrt(right edge)) for the 64 intervals of [1, 2), then of [2, 4).
    @usableFromInline
    static let reciprocalSquareRootSeeds: [Int16] = [
        2032, 2016, 2001, 1986, 1972, 1958, 1944, 1930, 1917, 1904, 1891, 1879, 1867, 1855, 1843, 1831,
        1820, 1809, 1798, 1787, 1777, 1766, 1756, 1746, 1736, 1727, 1717, 1708, 1698, 1689, 1680, 1672,
        1663, 1655, 1646, 1638, 1630, 1622, 1614, 1606, 1598, 1591, 1583, 1576, 1569, 1562, 1555, 1548,
        1541, 1534, 1527, 1521, 1514, 1508, 1501, 1495, 1489, 1483, 1477, 1471, 1465, 1459, 1453, 1448,
        1436, 1426, 1415, 1404, 1394, 1384, 1374, 1365, 1355, 1346, 1337, 1328, 1320, 1311, 1303, 1295,
        1287, 1279, 1271, 1264, 1256, 1249, 1242, 1234, 1228, 1221, 1214, 1207, 1201, 1194, 1188, 1182,
        1176, 1170, 1164, 1158, 1152, 1147, 1141, 1136, 1130, 1125, 1119, 1114, 1109, 1104, 1099, 1094,
        1089, 1085, 1080, 1075, 1071, 1066, 1062, 1057, 1053, 1048, 1044, 1040, 1036, 1032, 1028, 1024,
    ]
}
