package smsc

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// LongForm is how a text of several parts travels.
type LongForm uint8

// The forms.
const (
	UDH8    LongForm = iota // user data header with an 8-bit reference, as phones send it
	UDH16                   // user data header with a 16-bit reference
	SAR                     // sar_* parameters (SMPP 3.4 §5.3.2.22-24)
	Payload                 // one deliver_sm with message_payload (SMPP 3.4 §5.3.2.32), short texts too
)

// MOOptions says how a text is to be sent. The zero value is what a phone does.
type MOOptions struct {
	Encoding coding.Encoding // Auto, GSM7, Latin1 or UCS2
	Long     LongForm
	Source   *pdu.Address // overrides the source address; the handset stays from
	Dest     *pdu.Address // overrides the destination address
	SystemID string       // only to binds of this ESME; empty: to those that serve the short code
	DataSM   bool         // as data_sm with message_payload (SMPP 3.4 §4.7) instead of deliver_sm
	// Edit, if any, may change each deliver_sm before it is queued, to make what no phone makes.
	Edit func(part int, p *pdu.PDU)
}

// mo is a text on its way to an ESME. Guarded by SMSC.mu but for pdus, which do not change.
type mo struct {
	MO
	pdus     []*pdu.PDU
	numbers  []int  // of the part that each of pdus is
	next     int    // which of pdus is sent next or is in flight
	systemID string // of the ESME it is for; empty: any
	unsure   int    // deliveries without an outcome
	streamed bool
}

// over reports whether nothing more happens to the text. SMSC.mu is held.
func (m *mo) over() bool { return m.State != Queued && m.unsure == 0 }

// queueKey is what order is kept for: a handset, and apart from its texts its receipts.
type queueKey struct {
	route    route
	number   string
	receipts bool
}

// queue holds the texts of one number; only its head is in flight.
type queue struct {
	key   queueKey
	items []*mo
	state queueState
}

type queueState uint8

const (
	queueIdle   queueState = iota // empty
	queueReady                    // in SMSC.ready
	queueFlying                   // the head is in flight
	queueDelay                    // a timer runs
)

// Inject sends a text from a handset to a short code, as a phone does: it is
// kept until an ESME acknowledges it. The id names it in the ledger. The error
// is ErrAddress, ErrQueueFull, or that of coding.Split or the PDU.
func (s *SMSC) Inject(from, to, text string, opts MOOptions) (id int64, err error) {
	if from == "" {
		return 0, fmt.Errorf("%w: empty sender", ErrAddress)
	}
	s.mu.Lock()
	defer s.unlock()
	s.reference++
	m := &mo{MO: MO{From: from, To: to, Text: text}, systemID: opts.SystemID}
	if m.pdus, err = s.deliver(from, to, text, opts); err != nil {
		return 0, err
	}
	parts := len(m.pdus)
	s.spoilParts(m)
	if err := s.enqueue(m, queueKey{route: s.routeTo(to, opts.SystemID), number: number(from)}); err != nil {
		return 0, err
	}
	m.Parts = parts
	s.mos.add(m, s.cfg.Keep, (*mo).over, func(old *mo) { delete(s.moByID, old.ID) })
	s.moByID[m.ID] = m
	s.pump()
	return m.ID, nil
}

// MO returns what became of an injected text.
func (s *SMSC) MO(id int64) (MO, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.moByID[id]
	if !ok {
		return MO{}, false
	}
	return m.copy(), true
}

// deliver makes the deliver_sm of a text. mu is held.
func (s *SMSC) deliver(from, to, text string, o MOOptions) ([]*pdu.PDU, error) {
	base := pdu.PDU{Header: pdu.Header{ID: pdu.DeliverSM}, Source: address(from), Dest: address(to)}
	if o.Source != nil {
		base.Source = *o.Source
	}
	if o.Dest != nil {
		base.Dest = *o.Dest
	}
	var pdus []*pdu.PDU
	if o.DataSM {
		base.ID = pdu.DataSM
	}
	if o.Long == Payload || o.DataSM {
		p, err := payload(base, text, o.Encoding)
		if err != nil {
			return nil, err
		}
		pdus = append(pdus, p)
	} else {
		parts, err := coding.Split(text, coding.SplitOptions{Encoding: o.Encoding, Default: s.cfg.Default, Reference: s.reference, Wide: o.Long == UDH16})
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			p := base
			p.DataCoding, p.ESMClass, p.ShortMessage = byte(part.DataCoding), part.ESMClass, part.ShortMessage
			if o.Long == SAR && part.Total > 1 {
				p.ESMClass, p.ShortMessage = 0, part.ShortMessage[len(part.UDH):]
				p.TLVs = []pdu.TLV{pdu.Uint16TLV(pdu.TagSarMsgRefNum, s.reference), pdu.Uint8TLV(pdu.TagSarTotalSegments, part.Total),
					pdu.Uint8TLV(pdu.TagSarSegmentSeqnum, part.Seq)}
			}
			pdus = append(pdus, &p)
		}
	}
	for i, p := range pdus {
		if o.Edit != nil {
			o.Edit(i+1, p)
		}
		if _, err := p.AppendTo(nil); err != nil {
			return nil, err
		}
	}
	return pdus, nil
}

// payload puts all of text into one message_payload.
func payload(p pdu.PDU, text string, e coding.Encoding) (*pdu.PDU, error) {
	if e == coding.Auto {
		e = coding.Choose(text)
	}
	var octets []byte
	var err error
	switch e {
	case coding.GSM7:
		text, _ = coding.Transliterate(text)
		octets, err = coding.EncodeGSM7(text)
	case coding.Latin1:
		p.DataCoding = byte(coding.DataCodingLatin1)
		octets, err = coding.EncodeLatin1(text)
	default:
		p.DataCoding = byte(coding.DataCodingUCS2)
		octets = coding.EncodeUCS2(text)
	}
	p.TLVs = []pdu.TLV{{Tag: pdu.TagMessagePayload, Value: octets}}
	return &p, err
}

// address gives a number as phones and carriers write it: E.164 with a plus,
// national digits without, a name (SMPP 3.4 §5.2.5, §5.2.6).
func address(s string) pdu.Address {
	digits := strings.TrimPrefix(s, "+")
	switch {
	case strings.Trim(digits, "0123456789") != "":
		return pdu.Address{TON: 5, Addr: s}
	case digits != s:
		return pdu.Address{TON: 1, NPI: 1, Addr: digits}
	}
	return pdu.Address{NPI: 1, Addr: s}
}

// number is the name of a handset: its digits, however an ESME writes them.
func number(s string) string {
	if n, ok := strings.CutPrefix(s, "+"); ok {
		return n
	}
	if n, ok := strings.CutPrefix(s, "00"); ok {
		return n
	}
	return s
}

// enqueue puts a text behind the others of its number. mu is held.
func (s *SMSC) enqueue(m *mo, key queueKey) error {
	if s.waiting >= s.cfg.QueueLimit {
		return ErrQueueFull
	}
	s.waiting++
	if m.Receipt == "" && m.Again == 0 {
		s.lastMO++
		m.ID = s.lastMO
	}
	m.Queued, m.Parts, m.State = s.cfg.Clock(), len(m.pdus), Queued
	q := s.queues[key]
	if q == nil {
		q = &queue{key: key}
		s.queues[key] = q
	}
	q.items = append(q.items, m)
	if q.state == queueIdle {
		s.makeReady(q)
	}
	return nil
}

// makeReady lets the head of q go as soon as a bind has room. mu is held.
func (s *SMSC) makeReady(q *queue) {
	q.state = queueReady
	f := s.ready[q.key.route]
	if f == nil {
		f = &fifo{}
		s.ready[q.key.route] = f
	}
	f.push(q)
}

// pump sends what may go and finds room. mu is held.
func (s *SMSC) pump() {
	if len(s.binds) == 0 {
		return
	}
	for to, f := range s.ready {
		for f.len() > 0 && s.send(to, f.first()) {
			f.pop()
		}
	}
}

// fifo holds the queues whose heads may go.
type fifo struct {
	items []*queue
	head  int
}

func (f *fifo) len() int      { return len(f.items) - f.head }
func (f *fifo) first() *queue { return f.items[f.head] }
func (f *fifo) push(q *queue) { f.items = append(f.items, q) }

// pop drops the first one; room is given back when half of it is unused.
func (f *fifo) pop() {
	f.items[f.head] = nil
	if f.head++; f.head > 32 && f.head*2 > len(f.items) {
		f.items = append(f.items[:0], f.items[f.head:]...)
		f.head = 0
	}
}

// send offers the head of q to the binds in turn and reports whether one took it. mu is held.
func (s *SMSC) send(to route, q *queue) bool {
	for range s.binds {
		s.turn = (s.turn + 1) % len(s.binds)
		c := s.binds[s.turn]
		if !c.serves(to) {
			continue
		}
		if s.try(c, q, false) {
			q.state = queueFlying
			return true
		}
	}
	return false
}

// try sends the part of the head of q that is due, or once more the one before. mu is held.
func (s *SMSC) try(c *conn, q *queue, duplicate bool) bool {
	if c.flying >= c.window() {
		return false
	}
	m := q.items[0]
	part := m.next
	p := *m.pdus[part]
	n := len(m.Deliveries)
	done := func(resp *pdu.PDU, err error) { s.answer(c, q, m, n, resp, err) }
	if duplicate {
		done = func(resp *pdu.PDU, err error) { s.note(c, m, n, resp, err) }
	}
	if !s.sendUnder(c, &p, done) {
		return false
	}
	c.flying++
	m.unsure++
	m.Deliveries = append(m.Deliveries, Delivery{Bind: c.id, Part: m.numbers[part], Sequence: p.Sequence, Sent: s.cfg.Clock(), Outcome: InFlight, Duplicate: duplicate})
	if s.faults.dropSent > 0 && !duplicate {
		if s.faults.dropSent--; s.faults.dropSent == 0 {
			time.AfterFunc(s.faults.dropSentAfter, func() { _ = s.Drop() })
		}
	}
	return true
}

// retry tells whether an ESME with this answer will take the text later.
func retry(status pdu.Status) bool {
	switch status {
	case pdu.ESME_RX_T_APPN, pdu.ESME_RTHROTTLED, pdu.ESME_RMSGQFUL, pdu.ESME_RSYSERR:
		return true
	}
	return false
}

// note writes what became of a delivery into the ledger. mu is free.
func (s *SMSC) note(c *conn, m *mo, n int, resp *pdu.PDU, err error) {
	s.mu.Lock()
	c.flying--
	m.unsure--
	s.record(m, n, resp, err)
	s.streamMO(m)
	s.pump()
	s.unlock()
}

// sendUnder sends a text, under the number of a submit_sm that the ESME waits for if the numbers are to collide. mu is held.
func (s *SMSC) sendUnder(c *conn, p *pdu.PDU, done func(*pdu.PDU, error)) bool {
	if s.faults.collide {
		for sequence := range c.waiting {
			if c.session.TrySendAs(sequence, p, done) == nil {
				delete(c.waiting, sequence) // one text each, also when it is answered at once
				return true
			}
		}
	}
	return c.session.TrySend(p, done) == nil
}

// window is how many texts the ESME may leave unanswered. mu is held.
func (c *conn) window() int {
	if c.account.Window > 0 {
		return c.account.Window
	}
	return c.smsc.cfg.Window
}

// streamMO writes a text that is final. mu is held.
func (s *SMSC) streamMO(m *mo) {
	if s.stream == nil || m.streamed || !m.over() {
		return
	}
	m.streamed = true
	kind := "mo"
	switch {
	case m.Receipt != "":
		kind = "receipt"
	case m.Again != 0:
		kind = "repeat"
	}
	s.stream.row(moRow{kind, &m.MO})
}

// record is note with mu held.
func (s *SMSC) record(m *mo, n int, resp *pdu.PDU, err error) {
	d := &m.Deliveries[n]
	d.Outcome = Unknown
	if errors.Is(err, smpp.ErrNotSent) {
		d.Outcome = NotSent
	}
	if err == nil {
		d.Outcome, d.Status, d.Answered = Answered, resp.Status, s.cfg.Clock()
		if resp.ID == pdu.GenericNack && resp.Status == pdu.ESME_ROK {
			d.Status = pdu.ESME_RSYSERR // a refusal that forgot to say so
		}
		m.Status = d.Status
	}
	s.touch()
}
