package pdu

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// frame builds a PDU with the given body.
func frame(id CommandID, body string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(HeaderLength+len(body)))
	b = binary.BigEndian.AppendUint32(b, uint32(id))
	b = append(b, 0, 0, 0, 0, 0, 0, 0, 42)
	return append(b, body...)
}

const sm = "\x00\x01\x01src\x00\x01\x01dst\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

func TestS13BodyErrorsNameFieldAndStatus(t *testing.T) {
	tests := []struct {
		name, body string
		id         CommandID
		field      string
		status     Status
	}{
		{"no service_type", "", SubmitSM, "service_type", ESME_RINVCMDLEN},
		{"service_type without NUL", "CMT", SubmitSM, "service_type", ESME_RINVSERTYP},
		{"source without NUL", "\x00\x01\x01123", SubmitSM, "source_addr", ESME_RINVSRCADR},
		{"destination without NUL", "\x00\x01\x01123\x00\x01\x01456", DeliverSM, "destination_addr", ESME_RINVDSTADR},
		{"no dest_addr_npi", "\x00\x01\x01123\x00\x01", DeliverSM, "dest_addr_npi", ESME_RINVCMDLEN},
		{"schedule without NUL", "\x00\x01\x01s\x00\x01\x01d\x00\x00\x00\x00260", SubmitSM, "schedule_delivery_time", ESME_RINVSCHED},
		{"validity without NUL", "\x00\x01\x01s\x00\x01\x01d\x00\x00\x00\x00\x00260", SubmitSM, "validity_period", ESME_RINVEXPIRY},
		{"no sm_length", sm[:len(sm)-1], SubmitSM, "sm_default_msg_id", ESME_RINVCMDLEN},
		{"sm_length missing", sm, SubmitSM, "sm_length", ESME_RINVCMDLEN},
		{"sm_length beyond the frame", sm + "\x05four", SubmitSM, "short_message", ESME_RINVMSGLEN},
		{"tlv beyond the frame", sm + "\x00\x04\x24\x00\x05four", DeliverSM, "message_payload", ESME_RINVOPTPARSTREAM},
		{"unknown tlv beyond the frame", sm + "\x00\x14\x00\xff\xff", DeliverSM, "tlv 0x1400", ESME_RINVOPTPARSTREAM},
		{"half a tlv header", sm + "\x00\x04\x24\x00", DeliverSM, "optional parameters", ESME_RINVCMDLEN},
		{"system_id without NUL", "gateway", BindTransceiver, "system_id", ESME_RINVSYSID},
		{"password without NUL", "gateway\x00pw", BindTransceiver, "password", ESME_RINVPASWD},
		{"system_type without NUL", "gateway\x00pw\x00t", BindTransceiver, "system_type", ESME_RINVSYSTYP},
		{"address_range without NUL", "g\x00p\x00\x00\x34\x00\x001", BindReceiver, "address_range", ESME_RBINDFAIL},
		{"message_id without NUL", "9", SubmitSMResp, "message_id", ESME_RINVMSGID},
		{"dest_flag 3", "\x00\x01\x01s\x00\x01\x03", SubmitMulti, "dest_flag", ESME_RINVDESTFLAG},
		{"no dest_flag", "\x00\x01\x01s\x00\x01", SubmitMulti, "dest_flag", ESME_RINVCMDLEN},
		{"no number_of_dests", "\x00\x01\x01s\x00", SubmitMulti, "number_of_dests", ESME_RINVCMDLEN},
		{"no dest_addr", "\x00\x01\x01s\x00\x01\x01\x01", SubmitMulti, "dest_addr_ton", ESME_RINVCMDLEN},
		{"list without NUL", "\x00\x01\x01s\x00\x01\x02list", SubmitMulti, "dl_name", ESME_RINVDLNAME},
		{"no no_unsuccess", "m\x00", SubmitMultiResp, "no_unsuccess", ESME_RINVCMDLEN},
		{"no unsuccess_sme", "m\x00\x01\x01", SubmitMultiResp, "dest_addr_ton", ESME_RINVCMDLEN},
		{"unsuccess address without NUL", "m\x00\x01\x01\x01x", SubmitMultiResp, "destination_addr", ESME_RINVPARLEN},
		{"no error_status_code", "m\x00\x01\x01\x01x\x00\x00\x00\x00", SubmitMultiResp, "error_status_code", ESME_RINVCMDLEN},
		{"unknown command", "", 0x110, "", ESME_RINVCMDID},
		{"unknown response", "abc", 0x80003302, "", ESME_RINVCMDID},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Decode(frame(tt.id, tt.body))
			var wrong *BodyError
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, tt.field, wrong.Field)
			require.Equal(t, tt.status, wrong.Status)
			require.False(t, wrong.Usable)
			require.Equal(t, Header{Length: uint32(16 + len(tt.body)), ID: tt.id, Sequence: 42}, wrong.Header)
			require.Equal(t, wrong.Header, p.Header)
			require.Equal(t, !tt.id.Known(), errors.Is(err, ErrUnknownCommand))
			require.Contains(t, err.Error(), "seq=42")
		})
	}
}

// SMSCs pad: one to three NULs after the last field are reported, and the PDU is complete all the same.
func TestS13TrailingNULsAreUsable(t *testing.T) {
	for n := 1; n <= 3; n++ {
		p, err := Decode(frame(SubmitSM, sm+"\x02hi"+strings.Repeat("\x00", n)))
		var wrong *BodyError
		require.ErrorAs(t, err, &wrong)
		require.True(t, wrong.Usable)
		require.Equal(t, "hi", string(p.ShortMessage))
		require.Nil(t, p.TLVs)
	}
	_, err := Decode(frame(SubmitSM, sm+"\x02hi\x00\x01"))
	var wrong *BodyError
	require.ErrorAs(t, err, &wrong)
	require.False(t, wrong.Usable)
}

func TestS12FrameErrors(t *testing.T) {
	for name, b := range map[string][]byte{
		"empty": nil, "three octets": {0, 0, 0}, "zero": make([]byte, 16), "fifteen": {0, 0, 0, 15, 0, 0, 0, 0x15},
		"huge":  append([]byte{0xff, 0xff, 0xff, 0xff}, make([]byte, 80<<10)...),
		"above": append([]byte{0, 1, 0x10, 1}, make([]byte, 80<<10)...),
		"short": {0, 0, 0, 17, 0, 0, 0, 0x15, 0, 0, 0, 0, 0, 0, 0, 1},
	} {
		p, err := Decode(b)
		var broken *FrameError
		require.ErrorAs(t, err, &broken, name)
		require.Nil(t, p, name)
		require.Contains(t, err.Error(), "command_length", name)
	}
}

func TestOverlongFieldsAreReadAndNotWritten(t *testing.T) {
	long := strings.Repeat("a", 2000) // above maxText too
	p, err := Decode(frame(SubmitSM, long+sm+"\x00"))
	require.NoError(t, err)
	require.Equal(t, long, p.ServiceType)
	require.Equal(t, "src", p.Source.Addr)
	require.Equal(t, "dst", p.Dest.Addr)
	_, err = p.AppendTo(nil)
	require.ErrorIs(t, err, ErrTooLong)
}

func TestWritingIsStrict(t *testing.T) {
	id := func(id CommandID) Header { return Header{ID: id, Sequence: 1} }
	x := func(n int) string { return strings.Repeat("x", n) }
	addr := func(n int) Address { return Address{Addr: x(n)} }
	tests := []struct {
		field string
		err   error
		p     PDU
	}{
		{"service_type", ErrTooLong, PDU{Header: id(SubmitSM), ServiceType: x(6)}},
		{"service_type", ErrNUL, PDU{Header: id(SubmitSM), ServiceType: "a\x00b"}},
		{"source_addr", ErrTooLong, PDU{Header: id(SubmitSM), Source: addr(21)}},
		{"destination_addr", ErrTooLong, PDU{Header: id(DeliverSM), Dest: addr(21)}},
		{"destination_addr", ErrNUL, PDU{Header: id(DeliverSM), Dest: Address{Addr: "\x00"}}},
		{"source_addr", ErrTooLong, PDU{Header: id(DataSM), Source: addr(65)}},
		{"schedule_delivery_time", ErrTooLong, PDU{Header: id(SubmitSM), ScheduleDeliveryTime: x(17)}},
		{"validity_period", ErrTooLong, PDU{Header: id(ReplaceSM), ValidityPeriod: x(17)}},
		{"short_message", ErrTooLong, PDU{Header: id(SubmitSM), ShortMessage: []byte(x(255))}},
		{"message_id", ErrTooLong, PDU{Header: id(DeliverSMResp), MessageID: x(65)}},
		{"system_id", ErrTooLong, PDU{Header: id(BindReceiver), SystemID: x(16)}},
		{"password", ErrTooLong, PDU{Header: id(BindReceiver), Password: x(9)}},
		{"system_type", ErrTooLong, PDU{Header: id(BindTransceiver), SystemType: x(13)}},
		{"address_range", ErrTooLong, PDU{Header: id(BindTransmitter), AddressRange: addr(41)}},
		{"final_date", ErrTooLong, PDU{Header: id(QuerySMResp), FinalDate: x(17)}},
		{"dest_address", ErrTooLong, PDU{Header: id(SubmitMulti), Dests: make([]Destination, 256)}},
		{"dest_address", ErrValue, PDU{Header: id(SubmitMulti), Dests: make([]Destination, 1)}},
		{"dest_address", ErrTooLong, PDU{Header: id(SubmitMulti), Dests: []Destination{{Flag: DestSME, Address: addr(21)}}}},
		{"dest_address", ErrNUL, PDU{Header: id(SubmitMulti), Dests: []Destination{{Flag: DestList, List: "\x00"}}}},
		{"unsuccess_sme", ErrTooLong, PDU{Header: id(SubmitMultiResp), Unsuccess: make([]Unsuccess, 256)}},
		{"unsuccess_sme", ErrNUL, PDU{Header: id(SubmitMultiResp), Unsuccess: []Unsuccess{{Address: Address{Addr: "\x00"}}}}},
		{"message_payload", ErrTooLong, PDU{Header: id(SubmitSM), TLVs: []TLV{{TagMessagePayload, make([]byte, 65536)}}}},
		{"command_length", ErrTooLong, PDU{Header: id(SubmitSM), TLVs: []TLV{{1, make([]byte, 40000)}, {2, make([]byte, 40000)}}}},
		{"command_id", ErrUnknownCommand, PDU{Header: id(0x110)}},
	}
	for _, tt := range tests {
		out, err := tt.p.AppendTo([]byte("kept"))
		var wrong *FieldError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, tt.field, wrong.Field)
		require.ErrorIs(t, err, tt.err, tt.field)
		require.Equal(t, "kept", string(out))
		require.NotContains(t, err.Error(), "xxxx", "an error must not hold the value")
	}
	full := PDU{Header: id(SubmitSM), TLVs: []TLV{{TagMessagePayload, bytes.Repeat([]byte{1}, 65535)}}}
	out, err := full.AppendTo(nil)
	require.NoError(t, err)
	back, err := Decode(out)
	require.NoError(t, err)
	require.Equal(t, full.TLVs, back.TLVs)
}

func TestStatus(t *testing.T) {
	require.NoError(t, ESME_ROK.Err())
	require.ErrorIs(t, ESME_RMSGQFUL.Err(), ESME_RMSGQFUL)
	require.Equal(t, "smpp status ESME_RX_T_APPN (0x64)", ESME_RX_T_APPN.Error())
	require.Equal(t, "vendor status (0x401)", Status(0x401).String())
	require.Equal(t, "reserved status (0x9)", Status(9).String())
	require.True(t, Status(0x4ff).IsVendor())
	require.False(t, Status(0x500).IsVendor())
	for s, name := range statusNames {
		require.Contains(t, s.String(), name)
	}
	require.Equal(t, "command 0x00000110", CommandID(0x110).String())
	require.Equal(t, "tlv 0x1400", Tag(0x1400).String())
}

func TestNewResponse(t *testing.T) {
	tests := []struct {
		req    CommandID
		status Status
		want   CommandID
		noBody bool
	}{
		{SubmitSM, ESME_ROK, SubmitSMResp, false}, {SubmitSM, ESME_RTHROTTLED, SubmitSMResp, true},
		{BindReceiver, ESME_RINVPASWD, BindReceiverResp, true}, {DeliverSM, ESME_RX_T_APPN, DeliverSMResp, false},
		{0x110, ESME_RINVCMDID, GenericNack, false}, {AlertNotification, ESME_RINVBNDSTS, GenericNack, false},
	}
	for _, tt := range tests {
		p := NewResponse(Header{ID: tt.req, Sequence: 9}, tt.status)
		require.Equal(t, &PDU{Header: Header{ID: tt.want, Status: tt.status, Sequence: 9}, NoBody: tt.noBody}, p)
	}
}

func TestTLVValues(t *testing.T) {
	p := PDU{TLVs: []TLV{Uint8TLV(1, 5), Uint16TLV(2, 0x1234), CStringTLV(3, "id"), {4, []byte("id")}, {5, []byte{1, 2, 3, 4}}, {1, nil}}}
	for tag, want := range map[Tag]uint32{1: 5, 2: 0x1234, 5: 0x01020304} {
		got, ok := p.TLV(tag)
		require.True(t, ok)
		v, ok := got.Uint()
		require.True(t, ok)
		require.Equal(t, want, v)
	}
	_, ok := p.TLVs[2].Uint()
	require.False(t, ok, "three octets are no integer")
	require.Equal(t, "id", p.TLVs[2].CString())
	require.Equal(t, "id", p.TLVs[3].CString())
	_, ok = p.TLV(9)
	require.False(t, ok)
	require.Nil(t, p.Payload())
	p.TLVs = append(p.TLVs, TLV{TagMessagePayload, []byte("long")})
	require.Equal(t, "long", string(p.Payload()))
	p.ShortMessage = []byte("short")
	require.Equal(t, "short", string(p.Payload()))
}
