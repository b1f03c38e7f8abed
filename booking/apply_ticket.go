package booking

// ticketed notes the valid ticket. Owing the terminal is posted once, when the
// ticket is first known.
func (a *applied) ticketed(e Event) {
	if len(e.Places) > 0 {
		a.o.Places = e.Places
	}
	if !a.o.Ticketed {
		a.o.Ticketed = true
		a.post(LedgerCustomer, LedgerTerminal, a.o.Price)
	}
}

// stands enters issued: the ticket is valid and paid for.
func (a *applied) stands() {
	a.enter(Issued)
	a.o.Reason, a.o.Refund, a.o.Quote = "", Money{}, Quote{Tries: 0, Gen: a.o.Quote.Gen}
	a.o.Fee, a.o.Leaving = Money{}, nil
	a.tooNear()
	if a.o.Upset != "" && !a.o.UpsetTold {
		a.upsetNotice()
	}
	a.settleLater()
}

// tellStands enters issued and answers what the customer had asked for: a
// cancel that did not happen, or a ticket that took its time.
func (a *applied) tellStands(e Event) {
	t := TellPaid
	if a.o.Reason == ClosedRefunded {
		t = TellStands
	}
	a.ticketed(e)
	a.stands()
	a.tell(t)
}

func (a *applied) issued(e Event) bool {
	switch e.Kind {
	case Quoted, WrongCode, Cancel:
		return a.o.Next == 0 && a.cancelling(e) // else it is being changed
	case Changing:
		if a.o.Next != 0 || e.Link == 0 {
			return false
		}
		a.o.Next, a.o.Quote = e.Link, Quote{Gen: a.o.Quote.Gen, Tries: a.o.Quote.Tries}
	case ChangeEnded:
		if e.Link != a.o.Next || e.Link == 0 {
			return false
		}
		a.o.Next = 0
	case ChangedAway:
		if e.Link != a.o.Next || e.Link == 0 {
			return false
		}
		a.changedAway()
	case Disrupted:
		a.upset(e)
		a.upsetNotice()
	case Remind:
		if a.o.Lead <= 0 || a.o.Reminded || a.now.Before(a.o.Trip.Dep.Add(-a.o.Lead)) {
			return false
		}
		a.o.Reminded = true
		if a.now.Before(a.o.Trip.Dep) {
			a.effects = append(a.effects, Effect{Kind: DoTell, Tell: TellReminder})
		}
	case Alerted:
		if e.Lead < 0 {
			return false
		}
		a.o.Lead, a.o.Reminded = e.Lead, false
		a.tooNear()
	default:
		return a.settling(e)
	}
	return true
}

// tooNear sends no reminder of a departure that is nearer than that: the ticket
// itself, or the answer, says when it leaves.
func (a *applied) tooNear() {
	if !a.now.Before(a.o.Trip.Dep.Add(-a.o.Lead)) {
		a.o.Reminded = true
	}
}

// cancelling is the customer's way to give a ticket, or seats of it, back.
func (a *applied) cancelling(e Event) bool {
	switch e.Kind {
	case Quoted:
		if e.Limit > 0 && a.o.Quote.Tries >= e.Limit {
			return false // guessing goes on with no new code: an operator must help
		}
		if e.Quote.For != NoQuote && (e.Quote.For != QuoteCancel || e.Price.Plus(e.Fee) != a.o.PriceOf(e.Leaving) || e.Price.Minor < 0) {
			return false // fee and refund are not what the seats cost
		}
		if !a.o.separable(e.Leaving) {
			return false
		}
		a.quote(e.Quote)
		a.o.Refund, a.o.Fee, a.o.Leaving = e.Price, e.Fee, e.Leaving
		a.tell(TellQuote)
	case WrongCode:
		if a.o.Quote.For == NoQuote {
			return false // no code is asked for: there is nothing to guess at
		}
		a.o.Quote.Tries++
		if a.o.Quote.Tries < e.Limit {
			a.tell(TellWrongCode)
			return true
		}
		a.o.Quote = Quote{Gen: a.o.Quote.Gen, Tries: a.o.Quote.Tries}
		a.tell(TellCodeClosed)
	case Cancel:
		if a.o.Quote.For != QuoteCancel || a.now.After(a.o.Quote.CodeEnds()) {
			return false
		}
		a.enter(Voiding)
		a.o.Reason = ClosedRefunded
		a.o.Quote = Quote{Gen: a.o.Quote.Gen}
		a.call(CallVoid)
	default:
		return false
	}
	return true
}
