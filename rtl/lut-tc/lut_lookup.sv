// One lookup: the entry at the address, negated where the sign says so. With a full table the address is the whole index; with
// a half table it is the folded index above its sign bit. Combinational.
// Specification: formal/lut_lookup_spec.sv.
module lut_lookup #(
    parameter int unsigned TileK = 4,
    // 2^TileK of a full table, or half as many.
    parameter int unsigned TableEntries = 8,
    parameter int unsigned EntryBits = 16
) (
    input  logic        [TableEntries-1:0][EntryBits-1:0] entries_i,
    input  logic        [       TileK-1:0]                index_i,
    // The plane of a two's complement sign, for weights that are not read as odd levels.
    input  logic                                          negate_i,
    output logic signed [     EntryBits:0]                value_o
);
  localparam bit IsFull = TableEntries == 1 << TileK;

  logic signed [EntryBits-1:0] entry;
  logic negate;

  if (IsFull) begin : gen_full
    assign entry = entries_i[index_i];
    assign negate = negate_i;
  end else if (TableEntries > 1) begin : gen_half
    assign entry = entries_i[index_i[TileK-1:1]];
    assign negate = negate_i ^ index_i[0];
  end else begin : gen_single
    assign entry = entries_i[0];
    assign negate = negate_i ^ index_i[0];
  end

  assign value_o = negate ? -(EntryBits + 1)'(entry) : (EntryBits + 1)'(entry);
endmodule
