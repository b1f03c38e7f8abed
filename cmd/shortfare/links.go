package main

import (
	"net"

	"shortfare/cmd/shortfare/config"
	"shortfare/smpp/coding"
	"shortfare/smpp/link"
	"shortfare/smpp/pdu"
)

// linkConfigs are the configured links; base holds what they share.
func linkConfigs(cfg *config.Config, base link.Config) []link.Config {
	own := []string{cfg.ShortCode}
	for i := range cfg.SMPP.Links {
		own = append(own, cfg.SMPP.Links[i].ShortCodes...)
	}
	list := make([]link.Config, 0, len(cfg.SMPP.Links))
	for i := range cfg.SMPP.Links {
		c := linkConfig(&cfg.SMPP.Links[i], base)
		c.Own = own
		list = append(list, c)
	}
	return list
}

// linkConfig translates the operator's words, which are checked already.
func linkConfig(l *config.Link, c link.Config) link.Config {
	c.Name, c.Carrier, c.Addr = l.Name, l.Carrier, l.Addr
	c.SystemID, c.Password, c.SystemType = l.SystemID, l.Password, l.SystemType
	c.AddressRange = pdu.Address{TON: uint8(l.AddressTON), NPI: uint8(l.AddressNPI), Addr: l.AddressRange}
	c.Bind = map[string]pdu.CommandID{"receiver": pdu.BindReceiver, "transmitter": pdu.BindTransmitter}[l.Bind]
	c.BindFrom, c.TLS = net.ParseIP(l.BindFrom), l.Secured
	c.Weight, c.ShortCodes, c.Prefixes, c.FailoverAfter = l.Weight, l.ShortCodes, l.Prefixes, l.FailoverAfter
	c.Window, c.MaxInbound, c.Rate = l.Window, l.WindowIn, float64(l.Rate)
	c.EnquireLink, c.Response, c.Inactivity, c.AlarmAge, c.DedupeWindow = l.EnquireLink, l.Response, l.Inactivity, l.AlarmAge, l.DedupeWindow
	c.Alphabet = map[string]coding.Encoding{"latin1": coding.Latin1, "ascii": coding.ASCII}[l.DefaultAlphabet]
	c.PlainDCS15, c.IgnoreShift = l.DCS15 == "default", l.ShiftTables == "ignore"
	c.SourceTON, c.SourceNPI, c.DestTON, c.DestNPI = octet(l.SourceTON), octet(l.SourceNPI), octet(l.DestTON), octet(l.DestNPI)
	c.DataSM, c.Reference, c.Validity = l.Submit == "data_sm", l.UserReference, l.Validity
	c.Long = map[string]link.Long{"udh16": link.LongUDH16, "sar": link.LongSAR, "payload": link.LongPayload}[l.Long]
	c.Registered = map[string]link.Registered{"all": link.RegisterAll, "none": link.RegisterNone}[l.RegisteredDelivery]
	c.ReceiptIDs = map[string]link.ReceiptIDs{"hex-to-decimal": link.IDsHexToDecimal, "decimal-to-hex": link.IDsDecimalToHex, "any": link.IDsAny}[l.ReceiptIDs]
	c.Unknown = link.UnknownByKind{Ticket: policy(l.UnknownTicket), Reply: policy(l.UnknownReply), Notice: policy(l.UnknownNotice)}
	c.Statuses, c.QueryAfter, c.CancelAfter = l.StatusTable, l.QueryAfter, l.CancelAfter
	c.OutbindListen, c.OutbindID, c.OutbindPassword = l.OutbindListen, l.OutbindID, l.OutbindPassword
	return c
}

func policy(word string) link.UnknownPolicy {
	wait, never, _ := config.Unknown(word) // checked when it was read
	return link.UnknownPolicy{Wait: wait, Never: never}
}

// octet is nil for a value that is not given.
func octet(v *int) *uint8 {
	if v == nil {
		return nil
	}
	o := uint8(*v)
	return &o
}
