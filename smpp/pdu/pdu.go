package pdu

import (
	"fmt"
	"iter"
	"strings"
)

// HeaderLength is the length of a PDU header in octets (SMPP 3.4 §3.2.1).
const HeaderLength = 16

// MaxLength is the largest command_length read or written, in octets. It leaves room for a message_payload of 65,535
// octets beside the mandatory fields of every PDU but a submit_multi with more than about 150 destinations.
const MaxLength = 68 << 10

// MaxSequence is the largest sequence_number a sender may use; the smallest is 1 (SMPP 3.4 §5.1.4).
const MaxSequence = 0x7FFFFFFF

// MaxShortMessage is the largest short_message in octets (SMPP 3.4 §5.2.22).
const MaxShortMessage = 254

// Header is the head of every PDU (SMPP 3.4 §3.2.1).
type Header struct {
	Length   uint32 // command_length as received; the encoder computes its own and leaves this alone
	ID       CommandID
	Status   Status // ESME_ROK in a request
	Sequence uint32
}

// Address is an SME address (SMPP 3.4 §5.2.5 to §5.2.9).
type Address struct {
	TON  uint8
	NPI  uint8
	Addr string
}

// The values of dest_flag (SMPP 3.4 §5.2.25).
const (
	DestSME  = 1 // Destination.Address is used
	DestList = 2 // Destination.List is used
)

// Destination is one dest_address of submit_multi (SMPP 3.4 §4.5.1.1).
type Destination struct {
	Flag uint8 // DestSME or DestList
	Address
	List string // distribution list name
}

// Unsuccess is one unsuccess_sme of submit_multi_resp (SMPP 3.4 §4.5.2.1).
type Unsuccess struct {
	Address
	Status Status
}

// PDU is one SMPP PDU. It has the union of all mandatory fields; the table of its command_id tells which of them are on the wire,
// and the others are ignored when writing and zero after reading. See the section of each command in SMPP 3.4 §4.
type PDU struct {
	Header

	ServiceType          string  // service_type
	Source               Address // source_addr
	Dest                 Address // destination_addr; esme_addr of alert_notification
	ESMClass             uint8   // esm_class
	ProtocolID           uint8   // protocol_id
	Priority             uint8   // priority_flag
	ScheduleDeliveryTime string  // schedule_delivery_time, SMPP 3.4 §7.1.1
	ValidityPeriod       string  // validity_period, SMPP 3.4 §7.1.1
	RegisteredDelivery   uint8   // registered_delivery
	ReplaceIfPresent     uint8   // replace_if_present_flag
	DataCoding           uint8   // data_coding
	SMDefaultMsgID       uint8   // sm_default_msg_id
	ShortMessage         []byte  // short_message, with its user data header if it has one
	MessageID            string  // message_id

	SystemID         string  // system_id
	Password         string  // password; never printed by String
	SystemType       string  // system_type
	InterfaceVersion uint8   // interface_version
	AddressRange     Address // addr_ton, addr_npi, address_range of a bind

	FinalDate    string // final_date of query_sm_resp
	MessageState uint8  // message_state of query_sm_resp
	ErrorCode    uint8  // error_code of query_sm_resp

	Dests     []Destination // submit_multi
	Unsuccess []Unsuccess   // submit_multi_resp

	TLVs []TLV // optional parameters in the order of the wire

	// NoBody makes a response a bare header, as SMPP 3.4 asks of a refused bind or submit_sm (§4.1.2, §4.4.2). It is set when a
	// response was read that has mandatory fields and came without them. It is ignored in requests.
	NoBody bool
}

// NewResponse returns the response to req with the given status: ResponseHeader, and NoBody as OmitsBody says.
func NewResponse(req Header, status Status) *PDU {
	return &PDU{Header: ResponseHeader(req, status), NoBody: OmitsBody(req.ID, status)}
}

// ResponseHeader returns the header of the response to req: its command_id with bit 31 set and its sequence number. A request
// without a response of its own, or an unknown one, gets generic_nack.
func ResponseHeader(req Header, status Status) Header {
	h := Header{ID: GenericNack, Status: status, Sequence: req.Sequence}
	if req.ID.HasResponse() {
		h.ID = req.ID.Response()
	}
	return h
}

// OmitsBody reports whether a response with the status has no body: a refused bind or submit_sm (SMPP 3.4 §4.1.2, §4.4.2).
func OmitsBody(req CommandID, status Status) bool {
	return status != ESME_ROK && (req.IsBind() || req == SubmitSM)
}

// TLV returns the first optional parameter with the tag.
func (p *PDU) TLV(tag Tag) (TLV, bool) {
	for _, t := range p.TLVs {
		if t.Tag == tag {
			return t, true
		}
	}
	return TLV{}, false
}

// Payload returns the user data of the message: short_message, or message_payload when short_message is empty
// (SMPP 3.4 §5.3.2.32 forbids both at once; if both are there short_message wins).
func (p *PDU) Payload() []byte {
	if len(p.ShortMessage) > 0 {
		return p.ShortMessage
	}
	t, _ := p.TLV(TagMessagePayload)
	return t.Value
}

// Fields yields the mandatory fields of the PDU in the order of the wire, under the names of the specification. Values are string,
// uint8, []byte (short_message), []Destination or []Unsuccess. It yields nothing when NoBody is set or the command is unknown.
// It shows the password: do not log what it yields.
func (p *PDU) Fields() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		l := layoutOf(p.ID)
		if l == nil || p.bare() {
			return
		}
		for i := range l.fields {
			if f := &l.fields[i]; !yield(f.name, f.value(p)) {
				return
			}
		}
	}
}

// bare reports whether the PDU is a header only.
func (p *PDU) bare() bool { return p.NoBody && p.ID.IsResponse() }

// String describes the PDU in one line for people: command, status, sequence number, addresses and sizes. Passwords, message text
// and TLV values are left out, so that it may be logged.
func (p PDU) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v seq=%d", p.ID, p.Sequence)
	if p.ID.IsResponse() || p.Status != ESME_ROK {
		fmt.Fprintf(&b, " status=%s", p.Status.String())
	}
	for name, v := range p.Fields() {
		switch v := v.(type) {
		case string:
			if v != "" && name != "password" {
				fmt.Fprintf(&b, " %s=%q", name, v)
			}
		case uint8:
			if v != 0 {
				fmt.Fprintf(&b, " %s=%d", name, v)
			}
		case []byte:
			fmt.Fprintf(&b, " %s=%d octets", name, len(v))
		case []Destination:
			fmt.Fprintf(&b, " dests=%d", len(v))
		case []Unsuccess:
			fmt.Fprintf(&b, " unsuccess=%d", len(v))
		}
	}
	for _, t := range p.TLVs {
		fmt.Fprintf(&b, " %v=%d octets", t.Tag, len(t.Value))
	}
	return b.String()
}

// GoString is String, so that %#v does not print a password either.
func (p PDU) GoString() string { return p.String() }
