package pdu

import "fmt"

// CommandID is the command_id of a PDU (SMPP 3.4 §5.1.2.1).
type CommandID uint32

// responseBit is set in the command_id of every response and of generic_nack.
const responseBit CommandID = 0x80000000

// The command ids of SMPP 3.4 §5.1.2.1, table 5-1.
const (
	GenericNack         CommandID = 0x80000000
	BindReceiver        CommandID = 0x00000001
	BindReceiverResp    CommandID = 0x80000001
	BindTransmitter     CommandID = 0x00000002
	BindTransmitterResp CommandID = 0x80000002
	QuerySM             CommandID = 0x00000003
	QuerySMResp         CommandID = 0x80000003
	SubmitSM            CommandID = 0x00000004
	SubmitSMResp        CommandID = 0x80000004
	DeliverSM           CommandID = 0x00000005
	DeliverSMResp       CommandID = 0x80000005
	Unbind              CommandID = 0x00000006
	UnbindResp          CommandID = 0x80000006
	ReplaceSM           CommandID = 0x00000007
	ReplaceSMResp       CommandID = 0x80000007
	CancelSM            CommandID = 0x00000008
	CancelSMResp        CommandID = 0x80000008
	BindTransceiver     CommandID = 0x00000009
	BindTransceiverResp CommandID = 0x80000009
	Outbind             CommandID = 0x0000000B
	EnquireLink         CommandID = 0x00000015
	EnquireLinkResp     CommandID = 0x80000015
	SubmitMulti         CommandID = 0x00000021
	SubmitMultiResp     CommandID = 0x80000021
	AlertNotification   CommandID = 0x00000102
	DataSM              CommandID = 0x00000103
	DataSMResp          CommandID = 0x80000103
)

// IsResponse reports whether c answers a request: every *_resp and generic_nack.
func (c CommandID) IsResponse() bool { return c&responseBit != 0 }

// HasResponse reports whether c is a request that SMPP 3.4 answers with a response of its own. It is false for
// alert_notification and outbind, which have none, and for unknown commands.
func (c CommandID) HasResponse() bool {
	if c.IsResponse() {
		return false
	}
	return c.Response().Known() && c.Known()
}

// Response returns the command id that answers c, the same number with bit 31 set.
func (c CommandID) Response() CommandID { return c | responseBit }

// Request returns the command id that c answers, the same number with bit 31 clear. It is 0 for generic_nack.
func (c CommandID) Request() CommandID { return c &^ responseBit }

// IsBind reports whether c is bind_receiver, bind_transmitter or bind_transceiver.
func (c CommandID) IsBind() bool {
	return c == BindReceiver || c == BindTransmitter || c == BindTransceiver
}

// Known reports whether c is a command of SMPP 3.4.
func (c CommandID) Known() bool { return layoutOf(c) != nil }

// String returns the name the specification gives c, such as "submit_sm_resp", or its number when it has none.
func (c CommandID) String() string {
	if l := layoutOf(c); l != nil {
		return l.name
	}
	return fmt.Sprintf("command 0x%08X", uint32(c))
}
