package link

import (
	"fmt"
	"time"

	"shortfare/booking"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// part is one submit_sm of a text.
type part struct {
	coding.Part
	tlvs []pdu.TLV
}

// split cuts a text as the carrier wants it.
func (l *Link) split(m *booking.MT) ([]part, error) {
	ref := reference(m.ID)
	list, err := coding.Split(m.Text, coding.SplitOptions{Default: l.cfg.Alphabet, Reference: ref, Wide: l.cfg.Long == LongUDH16})
	if err != nil {
		return nil, err
	}
	if len(list) > 1 && l.cfg.Long == LongPayload {
		list = inOne(list)
	}
	parts := make([]part, len(list))
	for i, p := range list {
		parts[i].Part = p
		switch {
		case len(p.ShortMessage) > 254: // only a whole text can be so long
			parts[i].ShortMessage = nil
			parts[i].tlvs = []pdu.TLV{{Tag: pdu.TagMessagePayload, Value: p.ShortMessage}}
		case len(list) > 1 && l.cfg.Long == LongSAR:
			parts[i].ESMClass &^= coding.ESMClassUDHI
			parts[i].ShortMessage = p.ShortMessage[len(p.UDH):]
			parts[i].tlvs = []pdu.TLV{pdu.Uint16TLV(pdu.TagSarMsgRefNum, ref), pdu.Uint8TLV(pdu.TagSarTotalSegments, p.Total), pdu.Uint8TLV(pdu.TagSarSegmentSeqnum, p.Seq)}
		}
	}
	return parts, nil
}

// inOne joins the octets of all parts: none of them cuts a character.
func inOne(list []coding.Part) []coding.Part {
	one := coding.Part{DataCoding: list[0].DataCoding, Seq: 1, Total: 1}
	for _, p := range list {
		one.ShortMessage = append(one.ShortMessage, p.ShortMessage[len(p.UDH):]...)
	}
	return []coding.Part{one}
}

// compose writes the next part of a text into p, for l.
func (l *Link) compose(t *text, p *pdu.PDU) {
	x := &t.parts[t.part]
	*p = pdu.PDU{Header: pdu.Header{ID: pdu.SubmitSM}, Source: pdu.Address(t.m.From), Dest: pdu.Address(t.m.To),
		ESMClass: x.ESMClass, DataCoding: uint8(x.DataCoding), ShortMessage: x.ShortMessage, TLVs: x.tlvs}
	override(&p.Source.TON, l.cfg.SourceTON)
	override(&p.Source.NPI, l.cfg.SourceNPI)
	override(&p.Dest.TON, l.cfg.DestTON)
	override(&p.Dest.NPI, l.cfg.DestNPI)
	t.asked = t.m.Receipt && l.cfg.Registered != RegisterNone || l.cfg.Registered == RegisterAll
	if t.asked {
		p.RegisteredDelivery = 1 // SMPP 3.4 §5.2.17: final outcome, success or failure
		if l.cfg.Reference {
			p.TLVs = append(p.TLVs[:len(p.TLVs):len(p.TLVs)], pdu.Uint16TLV(pdu.TagUserMessageReference, t.reference()))
		}
	}
	if l.cfg.DataSM { // SMPP 3.4 §4.7.1: no short_message and no validity_period
		p.ID = pdu.DataSM
		if p.ShortMessage != nil || len(x.tlvs) == 0 || x.tlvs[0].Tag != pdu.TagMessagePayload {
			p.TLVs = append(p.TLVs[:len(p.TLVs):len(p.TLVs)], pdu.TLV{Tag: pdu.TagMessagePayload, Value: p.ShortMessage})
			p.ShortMessage = nil
		}
		if l.cfg.Validity > 0 {
			p.TLVs = append(p.TLVs[:len(p.TLVs):len(p.TLVs)], pdu.TLV{Tag: pdu.TagQosTimeToLive, Value: seconds(l.cfg.Validity)})
		}
	} else if l.cfg.Validity > 0 {
		p.ValidityPeriod = relative(l.cfg.Validity)
	}
}

func override(v *uint8, by *uint8) {
	if by != nil {
		*v = *by
	}
}

// reference tells a long text from others to the same phone. A second copy of
// a text has the same one, so that the phone completes the first.
func reference(id int64) uint16 { return uint16(uint64(id) * 0x9E3779B97F4A7C15 >> 56) } // Fibonacci hashing

// reference is the user_message_reference of the part under way (SMPP 3.4
// §5.3.2.17): a carrier that repeats it in the receipt tells of which text it is
// though the answer to the submit was lost.
func (t *text) reference() uint16 {
	return uint16(uint64(t.m.ID)*0x9E3779B97F4A7C15>>48) + uint16(t.part)
}

// relative writes a time from now on, below 32 days, as validity_period (SMPP
// 3.4 §7.1.1.2).
func relative(d time.Duration) string {
	s := int64(d / time.Second)
	return fmt.Sprintf("0000%02d%02d%02d%02d000R", min(s/86400, 31), s/3600%24, s/60%60, s%60)
}

// seconds is qos_time_to_live (SMPP 3.4 §5.3.2.9).
func seconds(d time.Duration) []byte {
	s := uint32(d / time.Second)
	return []byte{byte(s >> 24), byte(s >> 16), byte(s >> 8), byte(s)}
}
