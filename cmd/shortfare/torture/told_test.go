package torture

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// heard is what a phone was told of one order, by kind; times are counted.
type heard map[kind]int

// talk holds what was told and texted against the orders: every amount is true,
// everything that was charged or given back was asked for with a code, and
// everybody was told how it ended.
type talk struct {
	*checker
	byCode map[string]*paper // by phone and code
	swaps  map[string][]*paper
	told   map[string]heard
	old    map[string]heard // of the order whose ticket was to be changed
	back   map[int64]int64  // of the order, as it was told
	fees   map[int64]int64
	vague  map[int64]bool // a short message named no amount
	agreed map[string]int // codes texted: by kind and order
}

// told checks all that customers know.
func (c *checker) told() {
	t := &talk{checker: c, byCode: map[string]*paper{}, swaps: map[string][]*paper{}, told: map[string]heard{}, old: map[string]heard{},
		back: map[int64]int64{}, fees: map[int64]int64{}, vague: map[int64]bool{}, agreed: map[string]int{}}
	for _, p := range c.byID {
		if t.byCode[p.name()] != nil {
			c.fault("order %d: another one of the phone has its code", p.ID)
		}
		t.byCode[p.name()] = p
		if p.Swap != nil {
			name := strconv.FormatInt(p.MSISDN, 10) + " " + p.Swap.Code
			t.swaps[name] = append(t.swaps[name], p)
		}
	}
	for i := range c.phones {
		t.phone(&c.phones[i])
	}
	for _, p := range c.byID {
		t.ended(p)
	}
	c.beliefs(t)
}

// phone reads a handset's messages, and what was answered to their codes.
func (t *talk) phone(p *phoneBook) {
	quotes := map[string][]reading{} // by code
	seen := map[string]bool{}
	for _, x := range t.shown[p.msisdn] {
		r := t.words.read(x.Text)
		if r.order != "" {
			count(t.told, p.msisdn+" "+r.order, r.kind)
		}
		if r.old != "" {
			count(t.old, p.msisdn+" "+r.old, r.kind)
		}
		if r.code != "" {
			quotes[r.code] = append(quotes[r.code], r)
		}
		if !seen[x.Text] {
			seen[x.Text] = true
			t.message(p.msisdn, &r, x.Text, t.shownAt(x.ID))
		}
	}
	for i := range p.log {
		m := trailing.FindString(p.log[i].text)
		if m == "" {
			continue
		}
		for _, q := range quotes[m] {
			name := q.order + q.old
			if q.kind == waitQuote { // whose order is named by the answer
				name = t.words.read(p.log[i].said).order
			}
			t.agreed[fmt.Sprint(q.kind, " ", p.msisdn, " ", name)]++
		}
	}
}

var trailing = regexp.MustCompile(`\d{6}$`)

func count(all map[string]heard, name string, k kind) {
	if all[name] == nil {
		all[name] = heard{}
	}
	all[name][k]++
}

// shownAt is when a handset showed a message, as the carrier has it.
func (c *checker) shownAt(id int64) time.Time {
	if t := c.texts[id]; t != nil {
		return t.At
	}
	return time.Time{}
}

// message checks the amounts of one message.
func (t *talk) message(phone string, r *reading, text string, at time.Time) {
	if r.kind == changeQuote {
		t.changeQuoted(phone, r, text)
		return
	}
	p := t.byCode[phone+" "+r.order]
	if r.order == "" || p == nil {
		if r.order != "" {
			t.fault("%s: told of an order that is not: %q", phone, text)
		}
		return
	}
	wrong := func() { t.fault("%s: told %q, which is not true of order %d", phone, text, p.ID) }
	switch r.kind {
	case quote, gotSeats:
		if r.told["price"] != p.whole() || r.seats != 0 && int64(r.seats)*p.seat() != p.whole() {
			wrong()
		}
	case paid:
		if n := int64(counted(r.stay)); r.told["price"] != n*p.seat() || n > int64(p.Seats+len(p.Former)) {
			wrong()
		}
		t.places(p, r, text)
	case cancelQuote:
		if !t.cancelQuoted(p, r, at) {
			wrong()
		}
	case cancelled, partly:
		back, fee, fare := r.told["refund"], r.told["fee"], int64(0)
		if r.kind == partly {
			fee = t.quotedFee(p, back)
		}
		if fare = back + fee; fare%p.seat() != 0 || fare > p.whole() {
			wrong()
		}
		t.back[p.ID] += back
		t.fees[p.ID] += fee
	case changed:
		t.changedTo(p, r, text)
	case ended:
		if gone, said := r.told["gone"]; said && gone != p.Refund.Minor {
			wrong()
		}
	}
}

// places checks that told seats are the order's.
func (t *talk) places(p *paper, r *reading, text string) {
	car := ""
	for _, part := range strings.Split(r.stay, ",") {
		words := strings.Fields(part)
		if len(words) == 0 || strings.Contains(part, "车") {
			return
		}
		if len(words) > 1 {
			car = words[len(words)-2]
		}
		seat := car + " " + words[len(words)-1]
		found := false
		for _, have := range p.Places {
			found = found || have == seat
		}
		for _, f := range p.Former {
			found = found || f.Place == seat
		}
		if !found {
			t.fault("order %d: has no seat %q: %q", p.ID, seat, text)
		}
	}
}

// cancelQuoted checks what a cancel was to keep and to give back, at that time.
func (t *talk) cancelQuoted(p *paper, r *reading, at time.Time) bool {
	fare, fee, back := r.told["fare"], r.told["fee"], r.told["refund"]
	if _, said := r.told["fare"]; !said {
		fare = back
	}
	seats := fare / p.seat()
	if fare%p.seat() != 0 || seats < 1 || fare > p.whole() || fare-fee != back {
		return false
	}
	if !p.Free.IsZero() && at.Before(p.Free) {
		return fee == 0
	}
	const doubt = 2 * time.Minute // the fee is of the time when the quote was made
	left := p.Trip.Dep.Sub(at)
	for _, d := range []time.Duration{left, left + doubt} {
		if fee == seats*cancelFee(p.class(), p.seat(), d) {
			return true
		}
	}
	return fee == 0 && !p.Free.IsZero() && at.Add(-doubt).Before(p.Free)
}

// quotedFee is the fee of the quote that offered to give so much back.
func (t *talk) quotedFee(p *paper, back int64) int64 {
	for _, x := range t.shown[strconv.FormatInt(p.MSISDN, 10)] {
		if r := t.words.read(x.Text); r.kind == cancelQuote && r.order == p.Code && r.told["refund"] == back {
			return r.told["fee"]
		}
	}
	t.fault("order %d: %d were said to go back, and nobody had offered that", p.ID, back)
	return 0
}

// changeQuoted checks what a change was to cost.
func (t *talk) changeQuoted(phone string, r *reading, text string) {
	for _, p := range t.swaps[phone+" "+r.old] {
		diff := p.whole() - p.Swap.Credit.Minor
		due := diff + p.Swap.Fee.Minor
		charge, pays := r.told["charge"]
		back, gives := r.told["back"]
		short := strings.HasPrefix(text, "改签") && !pays && !gives // its shortest form leaves that to be reckoned
		if r.number == p.Trip.Number && dayOf(r.date, p.Trip.Dep) && r.told["diff"] == diff && r.told["fee"] == p.Swap.Fee.Minor &&
			(short || charge == max(due, 0) && back == max(-due, 0)) {
			return
		}
	}
	t.fault("%s: told %q, which is no change of that order", phone, text)
}

// dayOf tells whether a day as customers are told it, 5Dec or 12/5, is that of a time.
func dayOf(day string, at time.Time) bool {
	at = at.In(china)
	return day == at.Format("2Jan") || day == at.Format("1/2")
}

// changedTo checks what a change has cost.
func (t *talk) changedTo(p *paper, r *reading, text string) {
	charge, pays := r.told["charge"]
	back, gives := r.told["back"]
	due := p.charge()
	if p.Swap == nil || !p.Swap.Done || pays && charge != due || gives && p.charge() != 0 {
		t.fault("order %d: told %q, which is not true", p.ID, text)
		return
	}
	if !pays && !gives && strings.HasPrefix(text, "已改签") {
		back = max(0, p.Swap.Credit.Minor-p.Swap.Fee.Minor-p.whole())
	} else if !pays && due != 0 {
		t.fault("order %d: told %q, and %d was charged", p.ID, text, due)
	}
	t.back[p.ID] += back
	t.fees[p.ID] += p.Swap.Fee.Minor
	t.places(p, r, text)
}

// ended checks that an order's customer was told how it ended, agreed to all of
// it, and was told of every amount.
func (t *talk) ended(p *paper) {
	name := p.name()
	told := t.told[name]
	if p.back != t.back[p.ID] || p.ownFees() != t.fees[p.ID] {
		t.fault("order %d: %d went back and %d was kept; its customer was told %d and %d", p.ID, p.back, p.ownFees(), t.back[p.ID], t.fees[p.ID])
	}
	t.consent(p)
	confirmed := t.confirmed[p.ID] > 0
	if s := p.Swap; s != nil && confirmed && !s.Done {
		old := t.old[strconv.FormatInt(p.MSISDN, 10)+" "+s.Code]
		if old[kept]+old[expired]+old[keptYet] == 0 {
			t.fault("order %d: a change was confirmed that did not happen, and its customer does not know", p.ID)
		}
	}
	switch {
	case p.State == stateIssued:
		t.sum.issued++
		if told[paid]+told[gotSeats]+told[changed] == 0 || !p.Charged || !p.Ticket || len(p.Places) != p.Seats {
			t.fault("order %d: issued, and its customer does not know, or the order itself", p.ID)
		}
	case p.State == stateHeld:
		t.sum.held++
		asked := told[quote] + told[declined]
		if p.Swap != nil {
			asked = t.old[strconv.FormatInt(p.MSISDN, 10)+" "+p.Swap.Code][changeQuote]
		}
		if !p.Hold.After(t.end) || p.Charged || p.Ticket || asked == 0 {
			t.fault("order %d: held to %s, it was %s", p.ID, p.Hold.Format(time.TimeOnly), t.end.Format(time.TimeOnly))
		}
	case p.State == stateWaiting:
		t.sum.waiting++
		if p.Wish == nil || !p.Wish.Until.After(t.end) || p.Charged || p.Ticket || !p.Wish.Joined.IsZero() && told[joined] == 0 {
			t.fault("order %d: waits, and nobody knows for what", p.ID)
		}
	case p.State != stateClosed:
		t.fault("order %d: state %d is no end", p.ID, p.State)
	case p.Charged || p.Ticket:
		t.fault("order %d: closed with a charge or a ticket", p.ID)
	default:
		t.closed(p, told)
	}
	if p.Wish != nil && !p.Wish.Joined.IsZero() {
		if t.sum.joined++; p.Holds > 0 {
			t.sum.again++
		}
		if told[joined] == 0 || p.State == stateClosed && told[unlucky]+told[dropped]+told[gotSeats]+told[quote]+told[declined]+told[ended]+told[expired] == 0 {
			t.fault("order %d: joined the waitlist, and its customer does not know how that ended", p.ID)
		}
		if told[gotSeats] > 0 {
			t.sum.matched++
		}
	}
}

// closed checks the reason that an order was closed for.
func (t *talk) closed(p *paper, told heard) {
	switch {
	case p.Reason == "refunded":
		t.sum.refunded++
		if told[cancelled] == 0 || told[paid]+told[gotSeats]+told[changed] == 0 {
			t.fault("order %d: refunded, and its customer does not know", p.ID)
		}
	case p.Reason == "changed":
		if n := p.behind; n == nil || t.told[n.name()][changed] == 0 {
			t.fault("order %d: changed, and its customer does not know", p.ID)
		}
	case p.Reason == "debit_unknown", p.Reason == "issue_failed", p.Reason == "change_failed":
		t.sum.notCharged++
		if told[ended] == 0 && p.Swap == nil {
			t.fault("order %d: payment undone, and its customer does not know", p.ID)
		}
	case strings.Contains(" sold_out expired cancelled declined wait_ended ", " "+p.Reason+" "):
		t.sum.other++
	default:
		t.fault("order %d: closed for %q", p.ID, p.Reason)
	}
}

// consent checks that a customer texted the code for what was done.
func (t *talk) consent(p *paper) {
	phone := strconv.FormatInt(p.MSISDN, 10)
	said := func(k kind, code string) int { return t.agreed[fmt.Sprint(k, " ", phone, " ", code)] }
	changes := 0
	if p.Swap != nil {
		changes = said(changeQuote, p.Swap.Code)
	}
	pays := said(quote, p.Code) + changes
	if p.Wish != nil && !p.Wish.Joined.IsZero() {
		joins := said(waitQuote, p.Code)
		if pays += joins; joins == 0 {
			t.fault("order %d: on the waitlist, and its customer texted no code for it", p.ID)
		}
	}
	if p.charges > 0 && (pays == 0 || t.confirmed[p.ID] == 0) {
		t.fault("order %d: charged, and its customer texted no code for it", p.ID)
	}
	if p.changed() && (changes == 0 || t.confirmed[p.ID] == 0) {
		t.fault("order %d: changed, and its customer texted no code for it", p.ID)
	}
	if (len(p.Former) > 0 || p.Reason == "refunded") && said(cancelQuote, p.Code) == 0 {
		t.fault("order %d: cancelled, and its customer texted no code for it", p.ID)
	}
}

// beliefs checks that customers know which tickets they have.
func (c *checker) beliefs(t *talk) {
	for i := range c.phones {
		b := &c.phones[i]
		for code, seats := range b.tickets {
			p := t.byCode[b.msisdn+" "+code]
			if p == nil || p.State != stateIssued || seats != 0 && seats != p.Seats {
				c.fault("%s: believes in a ticket for %d seats, order %s", b.msisdn, seats, code)
			}
		}
	}
	for name, p := range t.byCode {
		phone, _, _ := strings.Cut(name, " ")
		if p.State != stateIssued {
			continue
		}
		for i := range c.phones {
			if _, has := c.phones[i].tickets[p.Code]; c.phones[i].msisdn == phone && !has {
				c.fault("%s: does not know of its ticket, order %s", phone, p.Code)
			}
		}
	}
}
