package coding

import (
	"fmt"
	"net/url"
)

// ReferenceKind tells where the number of a message came from; the same number
// of another kind is another message.
type ReferenceKind uint8

// The kinds of reference.
const (
	ReferenceUDH8  ReferenceKind = iota + 1 // information element 0x00
	ReferenceUDH16                          // information element 0x08
	ReferenceSAR                            // sar_msg_ref_num (SMPP 3.4 §5.3.2.22)
)

// String gives the name used in Key.String.
func (k ReferenceKind) String() string {
	switch k {
	case ReferenceUDH8:
		return "udh8"
	case ReferenceUDH16:
		return "udh16"
	case ReferenceSAR:
		return "sar"
	default:
		return "none"
	}
}

// Key names the message that a part belongs to. Phones use references again
// after 256 messages or after a restart, so the holder of parts must let an
// incomplete key expire.
type Key struct {
	Link      string // the carrier link it came by
	Source    string
	Dest      string
	Kind      ReferenceKind
	Reference uint16
	Total     uint8
}

// String gives the key as printable ASCII. It is stable between versions and
// different for different keys, and so may be stored as a database key. It
// holds both addresses.
func (k Key) String() string {
	return fmt.Sprintf("%s|%d|%d|%s|%s|%s", k.Kind, k.Reference, k.Total,
		url.QueryEscape(k.Link), url.QueryEscape(k.Source), url.QueryEscape(k.Dest))
}

// Fragment is one part of a message, or a whole message of one part: what has
// to be stored until Join.
type Fragment struct {
	Key        Key
	Seq        uint8 // 1 to Key.Total; 0 if the message is single
	DataCoding DataCoding
	Shift      Shift
	Octets     []byte // text without header; aliases the PDU
}

// Text decodes the fragment alone; see Decode.
func (f Fragment) Text(def Encoding) (string, error) {
	return Decode(f.DataCoding, def, f.Shift, f.Octets)
}

// SAR holds the sar_* parameters of a PDU (SMPP 3.4 §5.3.2.22-24).
type SAR struct {
	Reference uint16
	Total     uint8
	Seq       uint8
}

// Inbound is what ExtractFragment needs of a deliver_sm or data_sm.
type Inbound struct {
	Link, Source, Dest string
	ESMClass           byte
	DataCoding         DataCoding
	ShortMessage       []byte
	SAR                *SAR   // nil unless all three parameters are there
	Payload            []byte // message_payload (SMPP 3.4 §5.3.2.32); replaces ShortMessage
}

// ExtractFragment reads the place of a message in a longer one: from its user
// data header, in short_message or in message_payload, else from the sar_*
// parameters. single is true if it is complete by itself; its Key then has
// neither reference nor total.
//
// The error is ErrUDH or ErrSAR. The fragment is valid all the same: the part
// stands as a single message and its text is kept (see ParseUDH).
func ExtractFragment(in Inbound) (f Fragment, single bool, err error) {
	f = Fragment{
		Key:        Key{Link: in.Link, Source: in.Source, Dest: in.Dest},
		DataCoding: in.DataCoding,
		Octets:     in.ShortMessage,
	}
	if len(in.Payload) > 0 {
		f.Octets = in.Payload
	}
	if in.ESMClass&ESMClassUDHI != 0 {
		var h Header
		h, f.Octets, err = ParseUDH(f.Octets)
		f.Shift = h.Shift()
		if c, ok := h.Concat(); ok {
			kind := ReferenceUDH8
			if c.Bits == 16 {
				kind = ReferenceUDH16
			}
			return f.place(kind, c.Reference, c.Total, c.Seq), c.Total == 1, nil
		}
	}
	if in.SAR == nil {
		return f, true, err
	}
	if in.SAR.Seq == 0 || in.SAR.Seq > in.SAR.Total {
		return f, true, ErrSAR
	}
	return f.place(ReferenceSAR, in.SAR.Reference, in.SAR.Total, in.SAR.Seq), in.SAR.Total == 1, err
}

// place gives f its place; a message of one part stays without.
func (f Fragment) place(kind ReferenceKind, reference uint16, total, seq uint8) Fragment {
	if total > 1 {
		f.Key.Kind, f.Key.Reference, f.Key.Total, f.Seq = kind, reference, total, seq
	}
	return f
}
