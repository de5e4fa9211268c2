extension Elementary {
    /// The error function 2 / sqrt(pi) * integral of e^-u^2 from 0 to x.
    ///
    /// Below 1/2: x + x P(x^2), so the relative error stays small down to the subnormal numbers. Then, up to 4, one polynomial
    /// per interval of width 1/8 around its centre c: T + (c0 + c1 d + ... + c4 d^4), d = x - c, where T + c0 is erf(c) in two
    /// parts. Odd, signed zeros included; 1 from 4 on.
    @inlinable
    public static func erf(_ x: Float) -> Float {
        guard x == x else { return notANumber }
        let a = x.magnitude
        guard a < 4 else { return withSign(of: x, 1) }
        guard a >= 0.5 else { return withSign(of: x, a + a * erfNearZero(a * a)) }
        let interval = Int32(a * 8)
        let d = a - (Float(interval) * 0x1p-3 + 0x1p-4)
        let row = 6 * Int(interval &- 4)
        let table = erfRows
        let linear = ((table[row + 5] * d + table[row + 4]) * d + table[row + 3]) * d + table[row + 2]
        return withSign(of: x, table[row] + (table[row + 1] + d * linear))
    }

    /// (erf x - x) / x in s = x^2, for x < 1/2.
    @inlinable
    static func erfNearZero(_ s: Float) -> Float {
        let high = ((-0x1.936a4ap-11 * s + 0x1.54d076p-8) * s - 0x1.b8203p-6) * s + 0x1.ce2ef2p-4
        return (high * s - 0x1.812746p-2) * s + 0x1.06eba8p-3
    }

    /// T, c0, c1, c2, c3, c4 for the 28 intervals [i / 8, (i + 1) / 8), i = 4...31.
    @usableFromInline
    static let erfRows: [Float] = [
        0x1.25b8a8p-1, 0x1.16dbbp-26, 0x1.a5075p-1, -0x1.d9a828p-2, -0x1.9c794p-4, 0x1.754774p-3,
        0x1.569244p-1, -0x1.6a62b2p-28, 0x1.681ff8p-1, -0x1.ef2be2p-2, -0x1.aace52p-7, 0x1.52cb8ap-3,
        0x1.7fb9cp-1, -0x1.449fe2p-27, 0x1.2a8dd8p-1, -0x1.e5266ap-2, 0x1.fb8fbp-5, 0x1.0f727cp-3,
        0x1.a1551ap-1, 0x1.6aaebp-29, 0x1.dfca3ep-2, -0x1.c1cd84p-2, 0x1.e36588p-4, 0x1.747156p-4,
        0x1.bbef1p-1, -0x1.086778p-27, 0x1.75a93p-2, -0x1.8d03bp-2, 0x1.38aaeap-3, 0x1.894e2ap-5,
        0x1.d0580cp-1, -0x1.a605b6p-26, 0x1.1a0dd6p-2, -0x1.4ef06p-2, 0x1.55bc82p-3, 0x1.440814p-7,
        0x1.df85eap-1, 0x1.1b6312p-26, 0x1.9cb5d6p-3, -0x1.0ed74cp-2, 0x1.50030cp-3, -0x1.3fd7a4p-6,
        0x1.ea773p-1, 0x1.da1778p-26, 0x1.24a7c6p-3, -0x1.a4b126p-3, 0x1.3162eep-3, -0x1.3cddbcp-5,
        0x1.f21cap-1, -0x1.da1f32p-26, 0x1.924714p-4, -0x1.3a478cp-3, 0x1.043f58p-3, -0x1.89ce1cp-5,
        0x1.f74a6ep-1, -0x1.971f2p-27, 0x1.0bf97cp-4, -0x1.c43514p-4, 0x1.a3767cp-4, -0x1.95d018p-5,
        0x1.fab0dep-1, -0x1.d8bb3ep-27, 0x1.5a08dp-5, -0x1.39981ap-4, 0x1.417178p-4, -0x1.74f3fap-5,
        0x1.fcdaccp-1, 0x1.417f6ep-26, 0x1.b115cap-6, -0x1.a38d5ep-5, 0x1.d63e9cp-5, -0x1.3b202ep-5,
        0x1.fe308p-1, -0x1.a95f86p-26, 0x1.06add2p-6, -0x1.0ee382p-5, 0x1.49363cp-5, -0x1.f166eep-6,
        0x1.fefccep-1, 0x1.a04e5cp-27, 0x1.34d764p-7, -0x1.51cc0cp-6, 0x1.ba14b8p-6, -0x1.721adp-6,
        0x1.ff7338p-1, 0x1.4af88cp-29, 0x1.5ff1b2p-8, -0x1.96f038p-7, 0x1.1d1d7ap-6, -0x1.053522p-6,
        0x1.ffb5bep-1, -0x1.300322p-30, 0x1.84b908p-9, -0x1.d9c2aep-8, 0x1.61b0cap-7, -0x1.5f2cacp-7,
        0x1.ffd9f8p-1, -0x1.ce2b6ep-27, 0x1.a02294p-10, -0x1.0a96fep-8, 0x1.a6628cp-8, -0x1.c307d8p-8,
        0x1.ffed16p-1, 0x1.ec4abp-27, 0x1.afc62cp-11, -0x1.221a5p-9, 0x1.e5fc4cp-9, -0x1.155152p-8,
        0x1.fff6dep-1, 0x1.d126a6p-26, 0x1.b2378cp-12, -0x1.315096p-10, 0x1.0d8abap-9, -0x1.47132ep-9,
        0x1.fffbb8p-1, 0x1.e20938p-26, 0x1.a73dp-13, -0x1.36d2b6p-11, 0x1.206a5ep-10, -0x1.727da4p-10,
        0x1.fffe0ep-1, 0x1.40856ep-33, 0x1.8fd828p-14, -0x1.3223c6p-12, 0x1.29d594p-11, -0x1.93806ap-11,
        0x1.ffff24p-1, 0x1.b510eep-28, 0x1.6e1f04p-15, -0x1.23c352p-13, 0x1.28f0bcp-12, -0x1.a6e78p-12,
        0x1.ffffa2p-1, -0x1.0b9d3ep-28, 0x1.44ed7p-16, -0x1.0d177ep-14, 0x1.1decf6p-13, -0x1.aade1ep-13,
        0x1.ffffd8p-1, 0x1.c345e4p-26, 0x1.177f04p-17, -0x1.e06858p-16, 0x1.09fc2ap-14, -0x1.9f36f2p-14,
        0x1.fffffp-1, 0x1.cfcf48p-28, 0x1.d20a2cp-19, -0x1.9f172ap-17, 0x1.de37dap-16, -0x1.856a76p-15,
        0x1.fffffap-1, -0x1.5dc99ap-28, 0x1.7896ccp-20, -0x1.5b30f6p-18, 0x1.9f874cp-17, -0x1.604da6p-16,
        0x1.fffffep-1, -0x1.5e4156p-27, 0x1.26f1cp-21, -0x1.1923fcp-19, 0x1.5d0f7ep-18, -0x1.33940ap-17,
        0x1p0, -0x1.b9823cp-26, 0x1.bfc914p-23, -0x1.b8d3f8p-21, 0x1.1b88bep-19, -0x1.033a6cp-18,
    ]
}
