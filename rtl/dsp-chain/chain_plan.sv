// How a chain is cut for one instruction: parts of `part_groups_i` DSP groups with columns of their own, sections of
// `section_groups_i` groups with overflow adjust units between them. What follows from it for every group.
// Combinational.
module chain_plan #(
    parameter int unsigned Groups = 8,
    localparam int unsigned GroupBits = $clog2(Groups + 1),
    // A register per slice and, at most, one per group behind the first.
    localparam int unsigned SkewBits = $clog2(3 * Groups),
    localparam int unsigned IndexBits = $clog2(2 * Groups)
) (
    input  logic [GroupBits-1:0]                  part_groups_i,
    input  logic [GroupBits-1:0]                  section_groups_i,
    // The group starts from zero.
    output logic [   Groups-1:0]                  cuts_o,
    // An overflow adjust unit stands in front of the group.
    output logic [   Groups-1:0]                  adjusts_o,
    // Cycles by which the operands of its first slice lag behind those of the first of its part.
    output logic [   Groups-1:0][ SkewBits-1:0]   skew_o,
    // Place of its first slice in its part.
    output logic [   Groups-1:0][IndexBits-1:0]   index_o,
    // Cycles from the P register of no slice to that of a part's last.
    output logic [ SkewBits-1:0]                  cycles_o
);
  logic [GroupBits-1:0] in_part, in_section;
  logic [SkewBits-1:0] skew;

  always_comb begin
    in_part = '0;
    in_section = '0;
    skew = '0;
    cycles_o = '0;
    for (int unsigned group = 0; group < Groups; group++) begin
      cuts_o[group] = group == 0 || in_part == part_groups_i;
      if (cuts_o[group]) begin
        in_part = '0;
        in_section = '0;
        skew = '0;
      end
      adjusts_o[group] = in_section == section_groups_i && !cuts_o[group];
      if (adjusts_o[group]) begin
        in_section = '0;
        skew = skew + SkewBits'(1);
      end
      skew_o[group] = skew;
      index_o[group] = IndexBits'({in_part, 1'b0});
      skew = skew + SkewBits'(2);
      in_part = in_part + GroupBits'(1);
      in_section = in_section + GroupBits'(1);
      // The first part is as long as the others.
      if (in_part == part_groups_i && group < 32'(part_groups_i)) cycles_o = skew;
    end
  end
endmodule
