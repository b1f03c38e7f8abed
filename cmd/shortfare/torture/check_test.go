package torture

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// summary is what a check has counted.
type summary struct {
	texts, answers, notices, copies     int
	unknown                             int // replies of which both copies are without an answer
	redelivered                         int // texts that the gateway recognised as delivered again
	swallowed                           int // own repeats taken for a second delivery: the known limit
	issued, refunded, notCharged, other int // orders by how they ended
	held, waiting                       int
	changed                             int // chains of orders that took each other's place
	joined, matched, again              int // of the waitlist: all, those that got seats, those that lost a hold
	named                               int // seats with a passenger
	debits, reversals, refunds          int
	fees                                int64
}

// checker holds the ledgers against each other.
type checker struct {
	*ledgers
	sum    summary
	faults []string
	words  *reader

	mos    map[int64]*smsc.MO
	mts    map[string]*smsc.MT // by message id
	mtByID map[int64]*smsc.MT
	texts  map[int64]*smsc.Text
	shown  map[string][]*smsc.Text // by phone
	byID   map[int64]*paper

	itemsOf   map[int64][]*itemRow
	debitKeys map[string]int    // that the bank took and did not reverse
	voiding   map[int64][]int64 // when cancels of the order began
	waited    map[string]bool   // orders of the waitlist, by phone and code
	confirmed map[int64]int     // how often the order took a code to pay, change or join
}

// check returns everything that is wrong.
func check(l *ledgers, words *reader) ([]string, summary) {
	c := &checker{ledgers: l, words: words, mos: map[int64]*smsc.MO{}, mts: map[string]*smsc.MT{}, mtByID: map[int64]*smsc.MT{},
		texts: map[int64]*smsc.Text{}, shown: map[string][]*smsc.Text{}, byID: map[int64]*paper{},
		itemsOf: map[int64][]*itemRow{}, debitKeys: map[string]int{}, voiding: map[int64][]int64{}, confirmed: map[int64]int{}, waited: map[string]bool{}}
	c.index()
	for i := range c.phones {
		c.conversation(&c.phones[i])
	}
	c.strangers()
	c.papers()
	c.money()
	c.seats()
	c.books()
	c.told()
	return c.faults, c.sum
}

// maxFaults bounds what is told: a run that has gone wrong throughout says so often enough.
const maxFaults = 100

func (c *checker) fault(format string, args ...any) {
	if len(c.faults) >= maxFaults {
		return
	}
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func (c *checker) index() {
	for i := range c.wire.MOs {
		m := &c.wire.MOs[i]
		if c.mos[m.ID] != nil {
			c.fault("wire: text %d stands twice", m.ID)
		}
		c.mos[m.ID] = m
	}
	for i := range c.wire.MTs {
		m := &c.wire.MTs[i]
		if m.MessageID != "" && c.mts[m.MessageID] != nil || c.mtByID[m.ID] != nil {
			c.fault("wire: message id %s was given twice", m.MessageID)
		}
		c.mts[m.MessageID], c.mtByID[m.ID] = m, m
		if m.Parts != 1 {
			c.fault("wire: message %s has %d parts, answers fit into one", m.MessageID, m.Parts)
		}
	}
	for i := range c.wire.Texts {
		t := &c.wire.Texts[i]
		if c.texts[t.ID] != nil || len(t.MTs) != 1 || c.mtByID[t.MTs[0]] == nil || c.mtByID[t.MTs[0]].Shown != t.ID {
			c.fault("wire: message %d shown without a submit_sm of its own", t.ID)
			continue
		}
		c.texts[t.ID] = t
		c.shown[t.To] = append(c.shown[t.To], t)
	}
	for _, m := range c.wire.MTs {
		if m.Status == pdu.ESME_ROK && c.texts[m.Shown] == nil {
			c.fault("wire: submit_sm %s was taken and shown on no handset", m.MessageID)
		}
	}
	rows := map[int64]bool{}
	for _, r := range c.inbox {
		if rows[r.id] {
			c.fault("store: text %d stands twice", r.id)
		}
		rows[r.id] = true
	}
	for _, r := range c.outbox {
		if rows[r.id] {
			c.fault("store: reply %d stands twice", r.id)
		}
		rows[r.id] = true
	}
	orders := map[int64]bool{}
	for i := range c.orders {
		if orders[c.orders[i].ID] {
			c.fault("store: order %d stands twice", c.orders[i].ID)
		}
		orders[c.orders[i].ID] = true
		if c.orders[i].Wish != nil {
			c.waited[c.orders[i].name()] = true
		}
	}
	c.indexBooks()
}

// indexBooks finds rows of bank, terminal and journal by what they are about.
func (c *checker) indexBooks() {
	if c.attempts != 0 {
		c.fault("store: %d calls are still to be made", c.attempts)
	}
	for i := range c.items {
		it := &c.items[i]
		c.itemsOf[orderOf(it.key)] = append(c.itemsOf[orderOf(it.key)], it)
	}
	for _, d := range c.debits {
		if d.state == "booked" || d.state == "refunded" {
			c.debitKeys[d.key]++
		}
	}
	for _, j := range c.journal {
		switch {
		case j.event == "Cancel" && j.to == "voiding":
			c.voiding[j.order] = append(c.voiding[j.order], j.at)
		case j.event == "Confirm":
			c.confirmed[j.order]++
		}
	}
}

// conversation checks one phone: that every text was acknowledged and answered,
// that every message shown is an answer, a notice or an allowed copy, and that
// the store says the same.
func (c *checker) conversation(p *phoneBook) {
	answers := map[int64]*entry{}
	var asked []*entry // those that the store must know as texts with a turn
	for i := range p.log {
		e := &p.log[i]
		c.sum.texts++
		m := c.mos[e.mo]
		if m == nil || m.From != p.msisdn || m.Text != e.text {
			c.fault("%s: text %d is not the carrier's", p.msisdn, e.mo)
			continue
		}
		if m.State != smsc.Acked || m.Status != pdu.ESME_ROK {
			c.fault("%s: text %d %q was not acknowledged", p.msisdn, e.mo, e.text)
		}
		t := c.texts[e.answer]
		switch {
		case e.answer == 0 && e.repeat && i > 0 && c.killedBetween(c.mos[p.log[i-1].mo], m):
			c.sum.swallowed++
			continue
		case e.answer == 0:
			c.fault("%s: text %d %q of %s has no answer; before it: %s", p.msisdn, e.mo, e.text, m.Queued.Format(time.TimeOnly), recall(p.log[max(0, i-9):i]))
		case t == nil || t.To != p.msisdn || t.Text != e.said || answers[e.answer] != nil:
			c.fault("%s: text %d: its answer %d is not what the handset shows", p.msisdn, e.mo, e.answer)
		default:
			answers[e.answer] = e
			c.sum.answers++
		}
		asked = append(asked, e)
	}
	c.explain(p, answers)
	c.turns(p, asked)
}

// recall renders texts with their answers, for a fault.
func recall(log []entry) string {
	var b strings.Builder
	for _, e := range log {
		fmt.Fprintf(&b, "\n    > %s\n    < %s", e.text, e.said)
	}
	return b.String()
}

// killedBetween tells whether a kill came after the earlier text was sent and
// before the later one was acknowledged.
func (c *checker) killedBetween(a, b *smsc.MO) bool {
	return a != nil && slices.ContainsFunc(c.kills, func(k time.Time) bool { return k.After(a.Queued) && k.Before(b.Acked) })
}

// explain finds messages that are neither answer nor notice nor copy.
func (c *checker) explain(p *phoneBook, answers map[int64]*entry) {
	first := map[string]*smsc.Text{}
	for _, t := range c.shown[p.msisdn] {
		before := first[t.Text]
		if before == nil {
			first[t.Text] = t
		}
		switch {
		case answers[t.ID] != nil:
		case before == nil && c.unasked(p, t.Text):
			c.sum.notices++
		case before != nil && (c.lossy || c.mtByID[before.MTs[0]].Bind != c.mtByID[t.MTs[0]].Bind):
			c.sum.copies++
		default:
			c.fault("%s: message %d %q belongs to nothing", p.msisdn, t.ID, t.Text)
		}
	}
}

// unasked tells whether a message may be a notice.
func (c *checker) unasked(p *phoneBook, text string) bool {
	r := c.words.read(text)
	return r.manner == notice || r.manner == either && c.waited[p.msisdn+" "+r.order]
}

// turns holds the store's account of the phone against the wire's.
func (c *checker) turns(p *phoneBook, asked []*entry) {
	msisdn, _ := strconv.ParseInt(p.msisdn, 10, 64)
	var texts []inboxRow
	for _, r := range c.inbox {
		switch {
		case r.msisdn != msisdn:
		case r.state == 2:
			c.sum.redelivered++
		case r.state != 0:
			c.fault("%s: the turn of text %d failed", p.msisdn, r.id)
		default:
			texts = append(texts, r)
		}
	}
	allowed := map[string]int{} // how often each wording may be shown
	lost := 0                   // notices whose wording only the handset knows
	byCause := map[int64][]outboxRow{}
	for _, r := range c.outbox {
		if r.msisdn != msisdn {
			continue
		}
		if r.state == 0 && r.notice && r.copies == 0 && !c.stop.IsZero() && r.at >= c.stop.UnixMilli() {
			continue // a hold that ended while the gateway did
		}
		if r.state == 3 && r.copies == 1 && c.lossy { // both answers were lost: only the handset knows
			if c.sum.unknown++; r.notice {
				lost++
			} else {
				byCause[r.cause] = append(byCause[r.cause], r)
			}
			continue
		}
		m := c.mts[r.message]
		if r.message == "" || m == nil || m.To != p.msisdn || r.copies > 1 || !r.settled() {
			c.fault("%s: reply %d: state %d, %d copies, message id %q is none of the carrier's for it", p.msisdn, r.id, r.state, r.copies, r.message)
			continue
		}
		allowed[m.Text] += 1 + r.copies
		if how := c.words.read(m.Text).manner; r.notice && !c.unasked(p, m.Text) || !r.notice && (how == notice || r.cause == 0) {
			c.fault("%s: reply %d: notice or not? %q", p.msisdn, r.id, m.Text)
		}
		if !r.notice {
			byCause[r.cause] = append(byCause[r.cause], r)
		}
	}
	c.align(p, asked, texts, byCause, allowed)
	for cause := range byCause {
		c.fault("%s: an answer to text %d, which was never sent", p.msisdn, cause)
	}
	for _, t := range c.shown[p.msisdn] {
		if allowed[t.Text] == 0 && lost > 0 && c.unasked(p, t.Text) {
			lost--
			allowed[t.Text] = 2
		}
		if allowed[t.Text]--; allowed[t.Text] < 0 {
			c.fault("%s: message %q was shown more often than the store accounts for", p.msisdn, t.Text)
		}
	}
}

// deliveries renders what the carrier did with a text, for a fault.
func (c *checker) deliveries(id int64) string {
	var b strings.Builder
	for _, d := range c.mos[id].Deliveries {
		fmt.Fprintf(&b, " bind %d %s %s-%s", d.Bind, d.Outcome, d.Sent.Format("15:04:05.000"), d.Answered.Format("15:04:05.000"))
	}
	for _, k := range c.kills {
		if k.After(c.mos[id].Queued.Add(-3*time.Second)) && k.Before(c.mos[id].Queued.Add(5*time.Second)) {
			fmt.Fprintf(&b, ", kill %s", k.Format("15:04:05.000"))
		}
	}
	return b.String()
}

// neighbours renders the texts that the store took from a phone when the
// carrier delivered one, for a fault.
func (c *checker) neighbours(mo int64, msisdn string) string {
	if len(c.faults) > 5 {
		return " (told for the first few)" // it reads whole ledgers
	}
	var b strings.Builder
	queued := c.mos[mo].Queued.UnixMilli()
	for _, r := range c.inbox {
		if strconv.FormatInt(r.msisdn, 10) != msisdn || r.at < queued-10_000 || r.at > queued+10_000 {
			continue
		}
		fmt.Fprintf(&b, "\n    %d %s state %d", r.id, time.UnixMilli(r.at).Format("15:04:05.000"), r.state)
		for _, o := range c.outbox {
			if m := c.mts[o.message]; o.cause == r.id && m != nil {
				fmt.Fprintf(&b, " < notice %v %s", o.notice, m.Text)
			}
		}
	}
	return b.String()
}

// settled tells whether the carrier has taken the reply and, when a receipt was
// asked for, the receipt has been joined with it.
func (r outboxRow) settled() bool { return r.state == 1 && !r.receipt || r.state == 4 && r.receipt }

// align walks over the texts of a phone and its rows in the store, in order.
// A repeat after a kill that has no row was taken for a second delivery; what
// looked like its answer was the copy of the one before.
func (c *checker) align(p *phoneBook, asked []*entry, texts []inboxRow, byCause map[int64][]outboxRow, allowed map[string]int) {
	at := 0
	for i, e := range asked {
		said, n := "", 0
		if at < len(texts) {
			list := byCause[texts[at].id]
			if n = len(list); n > 0 && list[0].state == 3 {
				said = e.said
				allowed[said] += 1 + list[0].copies
			} else if n > 0 {
				said = c.mts[list[0].message].Text
			}
		}
		if said != e.said && slices.Contains(e.maybe, said) {
			e.said = said // and what the customer took for it was a copy: turns counts how often each wording is shown
		}
		if said != e.said && e.repeat && i > 0 && e.said == asked[i-1].said && c.killedBetween(c.mos[asked[i-1].mo], c.mos[e.mo]) {
			c.sum.swallowed++
			c.sum.answers--
			c.sum.copies++
			continue
		}
		if at == len(texts) {
			c.fault("%s: text %d %q is not in the store; deliveries: %s", p.msisdn, e.mo, e.text, c.deliveries(e.mo))
			return
		}
		if n != 1 || said != e.said {
			at := slices.IndexFunc(p.log, func(x entry) bool { return x.mo == e.mo })
			c.fault("%s: text %d %q has %d answers in the store, the first %q; on the wire it was %q; around it: %s\n  deliveries: %s\n  in the store: %s", p.msisdn,
				e.mo, e.text, n, said, e.said, recall(p.log[max(0, at-9):min(at+3, len(p.log))]), c.deliveries(e.mo), c.neighbours(e.mo, p.msisdn))
			return // all that follow would be shifted
		}
		delete(byCause, texts[at].id)
		at++
	}
	if at != len(texts) {
		c.fault("%s: the store has %d texts that were not sent", p.msisdn, len(texts)-at)
	}
}

// strangers finds rows of phones that nobody has, and bounds what kills may do.
func (c *checker) strangers() {
	known, mos := map[string]bool{}, 0
	for _, p := range c.phones {
		known[p.msisdn] = true
		mos += len(p.log)
	}
	if mos != len(c.wire.MOs) {
		c.fault("wire: %d texts, customers sent %d", len(c.wire.MOs), mos)
	}
	for to := range c.shown {
		if !known[to] {
			c.fault("wire: messages to %s, who is nobody", to)
		}
	}
	is := func(n int64) bool { return known[strconv.FormatInt(n, 10)] }
	for _, r := range c.inbox {
		if !is(r.msisdn) {
			c.fault("store: text %d of nobody", r.id)
		}
	}
	for _, r := range c.outbox {
		if !is(r.msisdn) {
			c.fault("store: reply %d to nobody", r.id)
		}
	}
	again := 0
	for _, m := range c.wire.MOs {
		for _, d := range m.Deliveries[:max(0, len(m.Deliveries)-1)] {
			if d.Outcome == smsc.Unknown || d.Outcome == smsc.Forgotten {
				again++
			}
		}
	}
	if c.sum.redelivered > again+c.sum.swallowed {
		c.fault("store: %d texts ignored as delivered again, the carrier did so %d times", c.sum.redelivered, again)
	}
	withheld := 0
	for _, m := range c.wire.MTs {
		if m.Withheld || m.Spoiled != smsc.SpoiledNone {
			withheld++
		}
	}
	// A kill can swallow the answers to one window of submit_sm.
	if most := len(c.kills)*100 + withheld; c.sum.copies > most {
		c.fault("wire: %d second copies after %d kills and %d answers withheld", c.sum.copies, len(c.kills), withheld)
	}
	// Of a second copy too the answer is lost now and then, not often.
	if most := 2 + c.sum.copies/4; c.sum.unknown > most {
		c.fault("store: %d replies without an answer to either copy, of %d copies", c.sum.unknown, c.sum.copies)
	}
	if most := len(c.kills) * (1 + len(c.phones)/8); c.sum.swallowed > most {
		c.fault("wire: %d repeats swallowed by %d kills", c.sum.swallowed, len(c.kills))
	}
}
