package booking

func (a *applied) waiting(e Event) bool {
	w := a.o.Wish
	if w == nil {
		return false // impossible: NewWaiting opens with one
	}
	joined := !w.Joined.IsZero()
	switch e.Kind {
	case Quoted:
		if joined {
			return false
		}
		if e.Account != nil {
			a.o.Account = *e.Account
		}
		a.quote(e.Quote)
		a.tell(TellQuote)
	case WrongCode:
		if a.o.Quote.For == NoQuote {
			return false
		}
		a.o.Quote.Tries++
		if a.o.Quote.Tries < e.Limit {
			a.tell(TellWrongCode)
			return true
		}
		a.close(ClosedCancelled)
		a.tell(TellCodeClosed)
	case Confirm:
		if a.o.Quote.For != QuoteWait || a.now.After(a.o.Quote.CodeEnds()) || !a.now.Before(w.Until) {
			return false
		}
		next := *w
		next.Joined = a.now
		a.o.Wish, a.o.Due = &next, w.Until
		a.o.Quote.For = NoQuote
		a.tell(TellJoined)
	case Cancel:
		a.close(ClosedCancelled)
		a.tell(TellDropped)
	case WaitEnded:
		if a.now.Before(a.o.Due) {
			return false
		}
		if !joined {
			a.close(ClosedExpired)
			a.tell(TellExpired)
			return true
		}
		a.close(ClosedWaitEnded)
		a.tell(TellWaitEnded)
	case SeatsFree:
		return joined && a.match(e.Trip)
	default:
		return false
	}
	return true
}

// match asks for the seats that were found.
func (a *applied) match(t *Trip) bool {
	if t == nil || !a.now.Before(a.o.Wish.Until) {
		return false
	}
	for _, wish := range a.o.Wish.Trips {
		if wish.TripKey == t.TripKey {
			a.o.Trip = *t // with the times of today
			a.o.Trip.Fares = wish.Fares
			a.o.Upset, a.o.UpsetTold = "", false // that was another run
			a.enter(Holding)
			a.call(CallHold)
			return true
		}
	}
	return false
}

// waitOn puts an order whose seats were taken by others back to its place in
// line; false for an order that is not on the waitlist, or whose cut-off has come.
func (a *applied) waitOn() bool {
	if !a.o.Automatic() || !a.now.Before(a.o.Wish.Until) {
		return false
	}
	a.enter(Waiting)
	a.o.Reason, a.o.Due, a.o.Price = "", a.o.Wish.Until, a.o.Wish.Most
	a.o.Holds++ // a key that was given back is dead
	return true
}

// authorised tells whether the joining code pays for the seats that are held: not
// for dearer ones, and not after the cut-off, however long the terminal took.
func (a *applied) authorised() bool {
	return a.o.Automatic() && a.o.Price.Minor <= a.o.Wish.Most.Minor && a.now.Before(a.o.Wish.Until)
}

// mayWaitOn tells whether anything is left to wait for after a refusal. A service
// that the terminal will never sell to these passengers is not asked for again.
func (a *applied) mayWaitOn(r Reason) bool {
	if a.o.Wish == nil || r != ReasonBooked && r != ReasonNames && r != ReasonMismatch {
		return true
	}
	w := *a.o.Wish
	w.Trips = nil
	for _, t := range a.o.Wish.Trips {
		if t.Terminal != a.o.Trip.Terminal || t.Service != a.o.Trip.Service || t.Date != a.o.Trip.Date {
			w.Trips = append(w.Trips, t)
		}
	}
	if len(w.Trips) == 0 {
		return false // the wish is kept, to be told of
	}
	a.o.Wish = &w
	return true
}

// noSeats ends an order for which no seats could be held.
func (a *applied) noSeats(r CloseReason, t Tell) {
	if a.o.Automatic() {
		r, t = ClosedWaitEnded, TellWaitEnded
	}
	a.close(r)
	a.tell(t)
}

func (a *applied) swapping(e Event) bool {
	switch e.Kind {
	case VoidDone:
		a.swapped()
	case VoidRefused: // it was used: the new one is too much
		a.enter(Voiding)
		a.o.Reason = ClosedChangeFailed
		a.call(CallVoid)
	case VoidUnknown:
		if !a.past(VoidLimit) {
			a.again(CallVoidOld)
			return true
		}
		a.toReview()
	case Disrupted:
		a.upset(e)
	case SlowNotice:
		return a.slow()
	default:
		return false
	}
	return true
}

// swapped takes over the money of the old ticket, which is void, and pays back
// what the new one is cheaper.
func (a *applied) swapped() {
	s := *a.o.Swap
	s.Done = true
	a.o.Swap = &s
	a.o.Funds = append(append([]Fund(nil), s.Funds...), a.o.Funds...)
	a.o.Fees = s.Fees.Plus(s.Fee)
	a.o.Charged, a.o.Reason = true, ""
	a.post(LedgerTransfer, LedgerCustomer, s.Credit)
	if s.Fee.Minor > 0 {
		a.post(LedgerCustomer, LedgerFees, s.Fee)
	}
	a.link(ChangedAway)
	a.o.Refund = a.o.GiveBack()
	a.plan(a.o.Refund)
	a.payBack()
}

// changedAway closes the old ticket's order, whose money is the new one's now.
func (a *applied) changedAway() {
	if a.o.Ticketed {
		a.o.Ticketed = false
		a.post(LedgerTerminal, LedgerCustomer, a.o.Price)
	}
	a.post(LedgerCustomer, LedgerTransfer, a.o.Price)
	a.o.Charged, a.o.Funds = false, nil
	a.close(ClosedChanged)
}

// oldStands tells the order whose place this one was to take that it stands.
func (a *applied) oldStands() {
	if s := a.o.Swap; s != nil && !s.Done && !s.Ended {
		ended := *s
		ended.Ended = true
		a.o.Swap = &ended
		a.link(ChangeEnded)
	}
}

// link has something happen to the other order of a change, in the same turn.
func (a *applied) link(k EventKind) {
	a.effects = append(a.effects, Effect{Kind: DoLink, Order: a.o.Swap.Order, Event: Event{Kind: k, Link: a.o.ID}})
}

// upset notes what the carrier did to the service. Its times are the order's from now on.
func (a *applied) upset(e Event) {
	a.o.Upset, a.o.UpsetTold = e.Change, false
	if e.Change == RunRestored {
		a.o.Upset = ""
	}
	if e.Trip != nil {
		t := *e.Trip
		t.Fares = a.o.Trip.Fares
		a.o.Trip = t
	}
}

// withdrawn gives back seats of a service that its carrier cancelled: nobody is
// asked to pay for it. An order of the waitlist waits on.
func (a *applied) withdrawn() bool {
	if a.o.Upset != RunCancelled {
		return false
	}
	quoted := a.o.State == Held
	if a.o.Automatic() {
		a.release(ClosedSoldOut)
		if quoted {
			a.upsetNotice()
		}
		return true
	}
	a.release(ClosedWithdrawn)
	a.o.UpsetTold = true
	a.tell(TellDisrupted)
	return true
}

// upsetNotice tells what the carrier did, once.
func (a *applied) upsetNotice() {
	a.o.UpsetTold = true
	a.effects = append(a.effects, Effect{Kind: DoTell, Tell: TellDisrupted})
}
