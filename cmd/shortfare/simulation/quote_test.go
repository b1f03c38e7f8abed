package simulation

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shortfare/booking"
)

// purpose is what a code authorises, by the words of the text that it came in.
type purpose uint8

const (
	pays    purpose = iota + 1 // charge that much
	cancels                    // give seats back for that much
	changes                    // take another ticket, for more or less money
	joins                      // charge up to that much when seats are found
	own                        // something of the customer's own, or what an operator does
)

// quote is a code that a phone was sent, and what the text said of it. Amounts are
// in fen.
type quote struct {
	code, order  string // the old order's for a change
	what         purpose
	charge, back int64
	sent         int  // how often the customer sent it
	spent        bool // what it authorises was done
}

// Words of the texts that carry codes, in both languages.
var (
	codeWord  = regexp.MustCompile(`\d{6}`)
	orderWord = regexp.MustCompile(`[2-9A-HJ-NP-Z]{5}`)
	codeAsked = regexp.MustCompile(`Y ?(\d{6})`)
	priceWord = regexp.MustCompile(`CNY(\d+(?:\.\d\d)?)|(\d+(?:\.\d\d)?)元`)
	backWord  = regexp.MustCompile(`refund CNY(\d+(?:\.\d\d)?)|退(\d+(?:\.\d\d)?)元`)
	nothing   = regexp.MustCompile(`nothing goes back|不退款`)
	diffWord  = regexp.MustCompile(`(?:diff|差价) ?([+-]?\d+(?:\.\d\d)?) ?(?:fee |手续费|费)(\d+(?:\.\d\d)?)`)
	dueWord   = regexp.MustCompile(`, pay CNY(\d+(?:\.\d\d)?)|,补(\d+(?:\.\d\d)?)元`)
	dueBack   = regexp.MustCompile(`, CNY(\d+(?:\.\d\d)?) back|,退(\d+(?:\.\d\d)?)元`)
	mostWord  = regexp.MustCompile(`up to CNY(\d+(?:\.\d\d)?)|至多(\d+(?:\.\d\d)?)元`)
	ownWord   = regexp.MustCompile(`^(Change your ID|Save |No card has|Remove |Shall |Delete all|Stop the sale|Sell |Send |证件改为|保存|没有此卡号|删除|未指明|停售|恢复发售|发给)`)
	asksToPay = regexp.MustCompile(`to pay|pays|付款|^候补到座`)
)

// fen reads an amount that one of the groups of a match has; false without a match.
func fen(r *regexp.Regexp, text string) (int64, bool) {
	m := r.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	return minor(strings.Join(m[1:], "")), true
}

func minor(amount string) int64 {
	yuan, rest, _ := strings.Cut(strings.TrimPrefix(amount, "+"), ".")
	n, _ := strconv.ParseInt(yuan+(rest + "00")[:2], 10, 64)
	return n
}

// quoted reads the question of a text; nil when it asks for no code, or names none
// of the amounts that it is about.
func (s *sim) quoted(text, order string) *quote {
	m := codeAsked.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	q := &quote{code: m[1], order: order}
	ok := false
	switch {
	case ownWord.MatchString(text):
		q.what, ok = own, true
	case diffWord.MatchString(text):
		q.what, ok = changes, true
		s.quotedChange(q, text)
	case strings.HasPrefix(text, "Cancel ") || strings.HasPrefix(text, "退"):
		q.what = cancels
		if q.back, ok = fen(backWord, text); !ok {
			ok = nothing.MatchString(text)
		}
	case mostWord.MatchString(text):
		q.what = joins
		q.charge, ok = fen(mostWord, text)
	case asksToPay.MatchString(text):
		q.what = pays
		q.charge, ok = fen(priceWord, text)
	}
	if !ok {
		return nil // it reminds of a code
	}
	return q
}

// quotedChange reads what a change costs or gives back, and holds it against the sum
// of what it is made of.
func (s *sim) quotedChange(q *quote, text string) {
	m := diffWord.FindStringSubmatch(text)
	sum := minor(m[1]) + minor(m[2])
	q.charge, q.back = max(sum, 0), max(-sum, 0)
	charge, asks := fen(dueWord, text)
	back, gives := fen(dueBack, text)
	if asks && charge != q.charge || gives && back != q.back {
		s.fail("I4: a quote that contradicts itself: %q", text)
	}
}

// note keeps a question that the phone has shown, once.
func (p *phone) note(q *quote) {
	if !slices.ContainsFunc(p.quotes, func(o *quote) bool {
		return o.code == q.code && o.order == q.order && o.what == q.what && o.charge == q.charge && o.back == q.back
	}) {
		p.quotes = append(p.quotes, q)
	}
}

// agree keeps what the customer's text authorises.
func (p *phone) agree(text string) {
	for _, code := range codeWord.FindAllString(text, -1) {
		for _, q := range p.quotes {
			if q.code == code {
				q.sent++
			}
		}
	}
}

// agreed are the questions about an order that the customer was shown in those
// words and has answered with their code.
func (p *phone) agreed(o *booking.Order, f booking.QuoteFor, what purpose) (list []*quote) {
	for gen := 1; gen <= o.Quote.Gen+1; gen++ {
		code := p.s.code(o, booking.Quote{For: f, Gen: gen})
		for _, q := range p.quotes {
			if q.code == code && q.what == what && q.sent > 0 {
				list = append(list, q)
			}
		}
	}
	return list
}

// mayCharge tells whether the customer agreed to that charge, and uses that up.
func (p *phone) mayCharge(o *booking.Order, amount int64) bool {
	f, what := booking.QuotePay, pays
	if o.Swap != nil {
		f, what = booking.QuoteChange, changes
	}
	list := p.agreed(o, f, what)
	if o.Automatic() { // the joining code pays, unless it is too dear
		list = append(p.agreed(o, booking.QuoteWait, joins), list...)
	}
	for _, q := range list {
		if !q.spent && (q.charge == amount || q.what == joins && amount <= q.charge) {
			q.spent = true
			return true
		}
	}
	return false
}

// checkDebit: a debit needs seats that are held long enough, and a customer who
// was told the price and sent the code.
func (s *sim) checkDebit(r booking.DebitRequest) {
	id := orderOf(r.Key)
	o := s.disk.order(id)
	if o == nil {
		s.fail("I4: debit %s of no order", r.Key)
		return
	}
	i := s.rail.items[o.HoldKey()]
	if i == nil || i.until.Sub(s.now) < booking.DebitMargin {
		s.fail("I4: debit %s without seats held for as long as it can take", r.Key)
	}
	if s.disk.owner[id] != r.Payer || !s.phone(r.Payer).mayCharge(o, r.Amount.Minor) {
		s.fail("I4: debit %s of %s for order %s, to which %d did not agree", r.Key, r.Amount, o.Code, r.Payer)
	}
	s.checkIdentity(o)
}

// checkVoid: a ticket that its customer has is cancelled, or changed, only for the
// code that he sent for that. What goes back is what he was told.
func (s *sim) checkVoid(key string) {
	o := s.disk.order(orderOf(key))
	if o == nil {
		s.fail("I4: void of %s, which is no order's", key)
		return
	}
	f, what := booking.QuoteCancel, cancels
	switch {
	case o.State == booking.Voiding && o.Reason == booking.ClosedRefunded:
	case o.State == booking.Voiding:
		return // a ticket that nobody was told of
	case o.State == booking.Issued && o.Next != 0:
		f, what = booking.QuoteChange, changes
		if o = s.disk.order(o.Next); o.State != booking.Swapping {
			s.fail("I4: ticket %s is void and the new one of order %d is not issued: %s", key, o.ID, o.State)
		}
	default:
		s.fail("I4: void of %s, whose order is %s", key, o.State)
		return
	}
	list := s.phone(o.Customer).agreed(o, f, what)
	if len(list) == 0 {
		s.fail("I4: void of %s for order %s, to which %d did not agree", key, o.Code, o.Customer)
		return
	}
	if s.voids[o.ID].Equal(o.Since) {
		return // asked again
	}
	s.voids[o.ID] = o.Since
	for _, q := range list {
		if what == changes || !q.spent {
			q.spent = true
			s.backs[o.ID] = append(s.backs[o.ID], q)
			return
		}
	}
	s.fail("I4: void of %s for order %s with a code that was used", key, o.Code)
}

// agreedBack is what may go back for an order.
func (s *sim) agreedBack(id booking.OrderID) (n int64) {
	for _, q := range s.backs[id] {
		n += q.back
	}
	return n
}

// checkRefund: no more goes back than the customer was told.
func (s *sim) checkRefund(key, refundKey string, amount booking.Money) {
	id := orderOf(refundKey)
	n := amount.Minor
	for k, made := range s.bank.refunds(id) {
		if k != refundKey {
			n += made
		}
	}
	if agreed := s.agreedBack(id); n > agreed {
		s.fail("I4: refund %s of debit %s makes it %d, %d was agreed", refundKey, key, n, agreed)
	}
}

// checkBack: all that was agreed went back, unless the ticket could not be cancelled.
func (s *sim) checkBack(o *booking.Order) {
	if i := s.rail.items[o.HoldKey()]; o.State == booking.Review || i != nil && i.used || o.Swap != nil && !o.Swap.Done {
		return
	}
	n := int64(0)
	for _, made := range s.bank.refunds(o.ID) {
		n += made
	}
	if agreed := s.agreedBack(o.ID); n != agreed {
		s.fail("I4: %d went back for order %d (%s), %d was agreed", n, o.ID, o.State, agreed)
	}
}
