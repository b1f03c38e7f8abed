// Package pdu reads and writes every PDU of SMPP 3.4.
//
// The wire format is data: one table of fields per command_id (table.go), one decoder and one encoder that walk it. A [PDU] is
// one flat struct with the union of all mandatory fields; only those in the table of its command_id are read or written.
// Optional parameters ([TLV]) keep their order, may repeat, and are kept raw when their tag is unknown.
//
// Reading is tolerant and writing is strict. The tolerated set, each met in real traffic:
//
//   - C-octet strings longer than the specification allows, as long as they end inside the PDU;
//   - a response without its body, whatever its status, and an error response with one;
//   - sequence numbers outside 1 to 0x7FFFFFFF, reserved and vendor status values, unknown and repeated TLVs;
//   - octets of the next PDU after command_length octets;
//   - one to three NUL octets after the last field: reported as a [BodyError] that is Usable.
//
// Errors come in two kinds. A [FrameError] means that the octet stream cannot be cut into PDUs any more: the connection has to be
// closed. A [BodyError] means that one PDU is wrong; it keeps the header and names the field and the command_status to
// answer with, and the bind lives on.
package pdu
