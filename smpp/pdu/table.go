package pdu

// kind is how a field stands on the wire (SMPP 3.4 §3.1).
type kind uint8

const (
	octet     kind = iota // one octet
	cstring               // C-octet string: text and a NUL
	shortMsg              // sm_length and that many octets
	dests                 // number_of_dests and that many dest_address
	unsuccess             // no_unsuccess and that many unsuccess_sme
)

// field is one mandatory field: its name in the specification, how it stands on the wire, and where it lives in a PDU.
type field struct {
	name   string
	kind   kind
	max    int    // cstring: largest size with its NUL when writing
	status Status // what to answer when the field is wrong
	str    func(*PDU) *string
	num    func(*PDU) *uint8
}

// layout is the body of one command.
type layout struct {
	name   string
	fields []field
}

// value returns what the field holds in p.
func (f *field) value(p *PDU) any {
	switch f.kind {
	case octet:
		return *f.num(p)
	case cstring:
		return *f.str(p)
	case shortMsg:
		return p.ShortMessage
	case dests:
		return p.Dests
	default:
		return p.Unsuccess
	}
}

// str is a C-octet string field of at most max octets with its NUL.
func str(name string, max int, status Status, at func(*PDU) *string) field {
	return field{name: name, kind: cstring, max: max, status: status, str: at}
}

// num is a field of one octet.
func num(name string, status Status, at func(*PDU) *uint8) field {
	return field{name: name, kind: octet, status: status, num: at}
}

// address is the three fields of an SME address. (One accessor each and not one of the Address: it halves the calls of a read.)
func address(ton, npi, addr string, max int, ofTON, ofNPI, ofAddr Status, atTON, atNPI func(*PDU) *uint8, at func(*PDU) *string) []field {
	return []field{num(ton, ofTON, atTON), num(npi, ofNPI, atNPI), str(addr, max, ofAddr, at)}
}

func source(max int) []field {
	return address("source_addr_ton", "source_addr_npi", "source_addr", max, ESME_RINVSRCTON, ESME_RINVSRCNPI, ESME_RINVSRCADR,
		func(p *PDU) *uint8 { return &p.Source.TON }, func(p *PDU) *uint8 { return &p.Source.NPI },
		func(p *PDU) *string { return &p.Source.Addr })
}

func destination(ton, npi, addr string, max int) []field {
	return address(ton, npi, addr, max, ESME_RINVDSTTON, ESME_RINVDSTNPI, ESME_RINVDSTADR,
		func(p *PDU) *uint8 { return &p.Dest.TON }, func(p *PDU) *uint8 { return &p.Dest.NPI },
		func(p *PDU) *string { return &p.Dest.Addr })
}

// The fields of SMPP 3.4 §5.2. All of what follows is constant.
var (
	serviceType = str("service_type", 6, ESME_RINVSERTYP, func(p *PDU) *string { return &p.ServiceType })
	source21    = source(21)
	source65    = source(65)
	dest21      = destination("dest_addr_ton", "dest_addr_npi", "destination_addr", 21)
	dest65      = destination("dest_addr_ton", "dest_addr_npi", "destination_addr", 65)
	esmeAddr    = destination("esme_addr_ton", "esme_addr_npi", "esme_addr", 65)
	addrRange   = address("addr_ton", "addr_npi", "address_range", 41, ESME_RBINDFAIL, ESME_RBINDFAIL, ESME_RBINDFAIL,
		func(p *PDU) *uint8 { return &p.AddressRange.TON }, func(p *PDU) *uint8 { return &p.AddressRange.NPI },
		func(p *PDU) *string { return &p.AddressRange.Addr })

	esmClass     = num("esm_class", ESME_RINVESMCLASS, func(p *PDU) *uint8 { return &p.ESMClass })
	protocolID   = num("protocol_id", ESME_RINVCMDLEN, func(p *PDU) *uint8 { return &p.ProtocolID })
	priority     = num("priority_flag", ESME_RINVPRTFLG, func(p *PDU) *uint8 { return &p.Priority })
	schedule     = str("schedule_delivery_time", 17, ESME_RINVSCHED, func(p *PDU) *string { return &p.ScheduleDeliveryTime })
	validity     = str("validity_period", 17, ESME_RINVEXPIRY, func(p *PDU) *string { return &p.ValidityPeriod })
	registered   = num("registered_delivery", ESME_RINVREGDLVFLG, func(p *PDU) *uint8 { return &p.RegisteredDelivery })
	replaceFlag  = num("replace_if_present_flag", ESME_RINVREPFLAG, func(p *PDU) *uint8 { return &p.ReplaceIfPresent })
	dataCoding   = num("data_coding", ESME_RINVCMDLEN, func(p *PDU) *uint8 { return &p.DataCoding })
	defaultMsgID = num("sm_default_msg_id", ESME_RINVDFTMSGID, func(p *PDU) *uint8 { return &p.SMDefaultMsgID })
	shortMessage = field{name: "short_message", kind: shortMsg, status: ESME_RINVMSGLEN}
	messageID    = str("message_id", 65, ESME_RINVMSGID, func(p *PDU) *string { return &p.MessageID })

	systemID   = str("system_id", 16, ESME_RINVSYSID, func(p *PDU) *string { return &p.SystemID })
	password   = str("password", 9, ESME_RINVPASWD, func(p *PDU) *string { return &p.Password })
	systemType = str("system_type", 13, ESME_RINVSYSTYP, func(p *PDU) *string { return &p.SystemType })
	version    = num("interface_version", ESME_RBINDFAIL, func(p *PDU) *uint8 { return &p.InterfaceVersion })

	finalDate    = str("final_date", 17, ESME_RINVPARLEN, func(p *PDU) *string { return &p.FinalDate })
	messageState = num("message_state", ESME_RINVPARLEN, func(p *PDU) *uint8 { return &p.MessageState })
	errorCode    = num("error_code", ESME_RINVPARLEN, func(p *PDU) *uint8 { return &p.ErrorCode })
)

// body joins fields and groups of fields into one table.
func body(groups ...[]field) []field {
	var all []field
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// of is a group of single fields.
func of(f ...field) []field { return f }

// The bodies that several commands share.
var (
	bindBody = body(of(systemID, password, systemType, version), addrRange)
	smTail   = of(esmClass, protocolID, priority, schedule, validity, registered, replaceFlag, dataCoding, defaultMsgID, shortMessage)
	smBody   = body(of(serviceType), source21, dest21, smTail)
)

// requests and responses hold the layout of each command under its command_id without bit 31; a hole is an unknown command.
var (
	requests = [...]*layout{
		BindReceiver:      {"bind_receiver", bindBody},                                             // §4.1.3
		BindTransmitter:   {"bind_transmitter", bindBody},                                          // §4.1.1
		BindTransceiver:   {"bind_transceiver", bindBody},                                          // §4.1.5
		Outbind:           {"outbind", of(systemID, password)},                                     // §4.1.7
		Unbind:            {"unbind", nil},                                                         // §4.2.1
		SubmitSM:          {"submit_sm", smBody},                                                   // §4.4.1
		SubmitMulti:       {"submit_multi", body(of(serviceType), source21, of(destList), smTail)}, // §4.5.1
		DeliverSM:         {"deliver_sm", smBody},                                                  // §4.6.1
		DataSM:            {"data_sm", body(of(serviceType), source65, dest65, dataTail)},          // §4.7.1
		QuerySM:           {"query_sm", body(of(messageID), source21)},                             // §4.8.1
		CancelSM:          {"cancel_sm", body(of(serviceType, messageID), source21, dest21)},       // §4.9.1
		ReplaceSM:         {"replace_sm", body(of(messageID), source21, replaceTail)},              // §4.10.1
		EnquireLink:       {"enquire_link", nil},                                                   // §4.11.1
		AlertNotification: {"alert_notification", body(source65, esmeAddr)},                        // §4.12.1
	}
	responses = [...]*layout{
		GenericNack &^ responseBit:         {"generic_nack", nil},                                                // §4.3.1
		BindReceiverResp &^ responseBit:    {"bind_receiver_resp", of(systemID)},                                 // §4.1.4
		BindTransmitterResp &^ responseBit: {"bind_transmitter_resp", of(systemID)},                              // §4.1.2
		BindTransceiverResp &^ responseBit: {"bind_transceiver_resp", of(systemID)},                              // §4.1.6
		UnbindResp &^ responseBit:          {"unbind_resp", nil},                                                 // §4.2.2
		SubmitSMResp &^ responseBit:        {"submit_sm_resp", of(messageID)},                                    // §4.4.2
		SubmitMultiResp &^ responseBit:     {"submit_multi_resp", of(messageID, unsuccessList)},                  // §4.5.2
		DeliverSMResp &^ responseBit:       {"deliver_sm_resp", of(messageID)},                                   // §4.6.2
		DataSMResp &^ responseBit:          {"data_sm_resp", of(messageID)},                                      // §4.7.2
		QuerySMResp &^ responseBit:         {"query_sm_resp", of(messageID, finalDate, messageState, errorCode)}, // §4.8.2
		CancelSMResp &^ responseBit:        {"cancel_sm_resp", nil},                                              // §4.9.2
		ReplaceSMResp &^ responseBit:       {"replace_sm_resp", nil},                                             // §4.10.2
		EnquireLinkResp &^ responseBit:     {"enquire_link_resp", nil},                                           // §4.11.2
	}

	destList      = field{name: "dest_address", kind: dests, status: ESME_RINVNUMDESTS}
	unsuccessList = field{name: "unsuccess_sme", kind: unsuccess, status: ESME_RINVPARLEN}
	dataTail      = of(esmClass, registered, dataCoding)
	replaceTail   = of(schedule, validity, registered, defaultMsgID, shortMessage)
)

// layoutOf returns the layout of a command, nil when it is unknown.
func layoutOf(id CommandID) *layout {
	n := id.Request()
	if id.IsResponse() {
		if int(n) < len(responses) {
			return responses[n]
		}
		return nil
	}
	if int(n) < len(requests) {
		return requests[n]
	}
	return nil
}
