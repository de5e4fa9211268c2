// Rules by which a real result becomes an integer; they differ on ties only.
package rounding_pkg;
  typedef enum logic [1:0] {
    HalfToEven,
    HalfUp,
    HalfAwayFromZero
  } rounding_e;
endpackage
