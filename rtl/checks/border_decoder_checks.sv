// What is decoded at a border, bound to every border_decoder.
module border_decoder_checks (
    input logic eight_i,
    input logic flint_i,
    input logic wide_i,
    input logic right_i
);
  always_comb begin
    eight_bits : cover (eight_i && wide_i);
    narrow_flint : cover (!eight_i && flint_i && !wide_i);
    wide_four_bits : cover (!eight_i && wide_i);
    right_slot : cover (right_i);
  end
endmodule

bind border_decoder border_decoder_checks u_checks (
    .eight_i,
    .flint_i,
    .wide_i,
    .right_i
);
