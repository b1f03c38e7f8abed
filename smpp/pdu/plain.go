package pdu

import "bytes"

// plainSM is the short way through the mandatory fields of deliver_sm and submit_sm (SMPP 3.4 §4.4.1, §4.6.1), which are nearly
// all the traffic there is: no times set and everything in order. It reports whether the body was so; if not, the table
// reads it from the start and says what is wrong. Both ways give the same PDU: FuzzPlainSM.
func (d *decoder) plainSM() bool {
	p, b := d.p, d.b
	service := bytes.IndexByte(b, 0)
	if service < 0 || service+3 > len(b) {
		return false
	}
	from := service + 3
	source := bytes.IndexByte(b[from:], 0)
	to := from + source + 3
	if source < 0 || to > len(b) {
		return false
	}
	dest := bytes.IndexByte(b[to:], 0)
	tail := to + dest + 1
	if dest < 0 || tail+10 > len(b) {
		return false
	}
	t := b[tail : tail+10]
	size := int(t[9])
	if t[3]|t[4] != 0 || size > len(b)-tail-10 {
		return false
	}
	text := string(b[:tail]) // one allocation for all strings
	p.ServiceType = text[:service]
	p.Source = Address{TON: b[service+1], NPI: b[service+2], Addr: text[from : from+source]}
	p.Dest = Address{TON: b[to-2], NPI: b[to-1], Addr: text[to : to+dest]}
	p.ESMClass, p.ProtocolID, p.Priority = t[0], t[1], t[2]
	p.RegisteredDelivery, p.ReplaceIfPresent, p.DataCoding, p.SMDefaultMsgID = t[5], t[6], t[7], t[8]
	d.off = tail + 10
	if size > 0 {
		p.ShortMessage = d.take(size)
	}
	return true
}
