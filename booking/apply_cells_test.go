package booking_test

import (
	"time"

	. "shortfare/booking"
)

// orderIn is an ordinary order in that state since tableStart, with text 11 waiting
// where a call is under way.
func orderIn(s State) Order {
	o := Order{ID: 7, Code: "K7", Customer: 8613800000001, Version: 3, State: s, Created: tableStart.Add(-time.Hour), Since: tableStart,
		Seats: 2, Price: Money{Minor: 110600, Currency: "CNY"}, Account: Account{Alias: "C1", Kind: CardAccount, Last4: "0001"}}
	if s != Holding && s != Waiting {
		o.Until, o.Places = tableStart.Add(30*time.Minute), []string{"5-7A", "5-7B"}
	}
	switch s {
	case Waiting:
		o.Wish = &Wish{Trips: []Trip{tripA, tripB}, Until: tableStart.Add(10 * time.Hour), Most: o.Price, Joined: tableStart}
		o.Due = o.Wish.Until
	case Swapping:
		o.Payment, o.Charged, o.Ticketed = 1, true, true
		changing(&o, nil)
		o.Funds = []Fund{{Key: "7-1", Paid: Money{Minor: 12000, Currency: "CNY"}}}
	case Held:
		o.Quote = Quote{For: QuotePay, Gen: 1, Until: tableStart.Add(20 * time.Minute)}
		o.Due = o.Quote.Until
	case Debiting:
		o.Payment = 1
	case Issuing:
		o.Payment, o.Charged = 1, true
	case Issued:
		o.Payment, o.Charged, o.Ticketed = 1, true, true
		o.Quote, o.Refund = Quote{For: QuoteCancel, Gen: 2, Until: tableStart.Add(10 * time.Minute)}, o.Price
		o.Lead, o.Trip.Dep = 2*time.Hour, tableStart.Add(20*time.Hour)
	case Voiding:
		o.Payment, o.Charged, o.Ticketed, o.Reason, o.Refund = 1, true, true, ClosedRefunded, o.Price
	case Reversing:
		o.Payment, o.Reason = 1, ClosedDebitUnknown
	case Releasing:
		o.Reason = ClosedCancelled
	case Review:
		o.Payment, o.Charged, o.Reason, o.Due = 1, true, ClosedIssueFailed, tableStart.Add(ReviewLimit)
	case Closed:
		o.Reason = ClosedExpired
	}
	switch s {
	case Holding, Debiting, Issuing, Swapping, Voiding, Reversing:
		o.Ask, o.AskedAt = 11, tableStart
	}
	return o
}

// eventOf is an ordinary event of that kind; what customers do carries text 12.
func eventOf(k EventKind) Event {
	e := Event{Kind: k}
	switch k {
	case HoldConfirmed:
		e.Price, e.Until, e.Places = Money{Minor: 99900, Currency: "CNY"}, tableStart.Add(25*time.Minute), []string{"1-1A"}
		e.Quote = Quote{For: QuotePay, Gen: 1, Until: tableStart.Add(15 * time.Minute)}
	case HoldRefused, DebitRefused, IssueRefused, VoidRefused:
		e.Reason = ReasonDeclined
	case Quoted:
		e.Ask, e.Limit, e.Price, e.Fee = 12, 3, Money{Minor: 108550, Currency: "CNY"}, Money{Minor: 2050, Currency: "CNY"}
		e.Quote = Quote{For: QuoteCancel, Gen: 3, Until: tableStart.Add(12 * time.Minute)}
	case WrongCode:
		e.Ask, e.Limit = 12, 3
	case Confirm, Cancel:
		e.Ask = 12
	case SeatsFree:
		e.Trip = &tripB
	case Changing, ChangeEnded, ChangedAway:
		e.Link = 8
	case SettleDone:
		e.Refund = "7-r1"
	case Disrupted:
		e.Change = RunMoved
	case Alerted:
		e.Lead = time.Hour
	}
	return e
}

var (
	tripA = Trip{TripKey: TripKey{Service: "a", Date: 20260302, To: 1}, Number: "G1"}
	tripB = Trip{TripKey: TripKey{Service: "b", Date: 20260302, To: 1}, Number: "G3"}
)

func yuan(n int64) Money { return Money{Minor: n * 100, Currency: "CNY"} }

// changing makes the order one that is to take the place of order 6, which cost 1006 yuan; the change costs 20.
func changing(o *Order, _ *Event) {
	o.Swap = &Swap{Order: 6, Code: "K6", Key: "6", Credit: yuan(1006), Fee: yuan(20), Funds: []Fund{{Key: "6-1", Paid: yuan(1006)}}}
}

// cheaper makes it one that costs less than the old one, whose fee is covered.
func cheaper(o *Order, _ *Event) {
	changing(o, nil)
	o.Swap.Credit, o.Swap.Funds = yuan(1500), []Fund{{Key: "6-1", Paid: yuan(1000)}, {Key: "6-2", Paid: yuan(500)}}
	o.Payment, o.Charged, o.Funds = 0, false, nil
}

// matched makes the order one of the waitlist.
func matched(o *Order, _ *Event) {
	o.Wish = &Wish{Trips: []Trip{tripA, tripB}, Until: tableStart.Add(10 * time.Hour), Most: o.Price, Joined: tableStart}
}

// withdrawn makes the order one whose service was cancelled while a call was under way.
func withdrawn(o *Order, _ *Event) { o.Upset = RunCancelled }

// asked makes a waiting order one whose joining code is awaited.
func asked(o *Order, _ *Event) {
	o.Wish.Joined = time.Time{}
	o.Quote = Quote{For: QuoteWait, Gen: 1, Until: tableStart.Add(10 * time.Minute)}
	o.Due = o.Quote.Until
}

// one makes a cancel one of the second seat alone, with a fee of 20 yuan.
func one(o *Order, _ *Event) {
	o.Leaving, o.Refund, o.Fee = []int{1}, yuan(533), yuan(20)
	o.Funds = []Fund{{Key: "7-1", Paid: o.Price}}
}

// half is a question about the second seat alone.
func half(_ *Order, e *Event) { e.Leaving, e.Price, e.Fee = []int{1}, yuan(533), yuan(20) }

// planned makes a payment back one of two refunds, of which the first is due.
func planned(o *Order, _ *Event) {
	o.Charged, o.Reason, o.Refund = true, ClosedRefunded, yuan(700)
	o.Funds = []Fund{{Key: "6-1", Paid: yuan(606)}, {Key: "7-1", Paid: yuan(500)}}
	o.Refunds = []Refund{{Key: "7-r1", Fund: "7-1", Amount: yuan(500), State: RefundSent}, {Key: "7-r2", Fund: "6-1", Amount: yuan(200), State: RefundRequested}}
}

// undone makes a closed order one whose payment got no answer and was undone.
func undone(o *Order, _ *Event) {
	o.Reason, o.Payment, o.StrayDue = ClosedDebitUnknown, 1, tableStart.Add(15*time.Minute)
}

// unsettled makes an order one with a refund that has not arrived.
func unsettled(o *Order, _ *Event) {
	o.Refunds = []Refund{{Key: "7-r1", Fund: "7-1", Amount: yuan(500), State: RefundAccepted, At: tableStart}}
	o.SettleDue = tableStart.Add(SettleEvery)
}

// cell is one way through the table. A cell with no next state is refused.
type cell struct {
	from    State
	event   EventKind
	when    string // as the comment of Apply writes it; ! for a refusal or a detail it leaves out
	after   time.Duration
	change  func(*Order, *Event)
	next    State
	effects string
}

func failedIssue(o *Order, _ *Event) { o.Ticketed, o.Reason = false, ClosedIssueFailed }

var cells = []cell{
	{Waiting, Confirm, "", 0, asked, Waiting, "tell joined@12"},
	{Waiting, Confirm, "!", 0, nil, 0, ""},
	{Waiting, Confirm, "!", 10*time.Minute + 1, asked, 0, ""},
	{Waiting, Quoted, "", 0, asked, Waiting, "tell quote@12"},
	{Waiting, Quoted, "!", 0, nil, 0, ""},
	{Waiting, WrongCode, "", 0, asked, Waiting, "tell wrong-code@12"},
	{Waiting, WrongCode, "at the limit", 0, func(o *Order, e *Event) { asked(o, e); o.Quote.Tries = 2 }, Closed, "tell code-closed@12"},
	{Waiting, WrongCode, "!", 0, nil, 0, ""},
	{Waiting, SeatsFree, "", time.Hour, nil, Holding, "call hold"},
	{Waiting, SeatsFree, "!", time.Hour, asked, 0, ""},
	{Waiting, SeatsFree, "!", 10 * time.Hour, nil, 0, ""},
	{Waiting, SeatsFree, "!", 0, func(_ *Order, e *Event) { e.Trip = &Trip{TripKey: TripKey{Service: "c"}} }, 0, ""},
	{Waiting, SeatsFree, "!", 0, func(_ *Order, e *Event) { e.Trip = nil }, 0, ""},
	{Waiting, WaitEnded, "", 10 * time.Hour, nil, Closed, "tell wait-ended@0"},
	{Waiting, WaitEnded, "!", 10 * time.Minute, asked, Closed, "tell expired@0"},
	{Waiting, WaitEnded, "!", 10*time.Hour - 1, nil, 0, ""},
	{Waiting, Cancel, "", 0, nil, Closed, "tell dropped@12"},

	{Holding, HoldConfirmed, "", 0, nil, Held, "tell quote@11"},
	{Holding, HoldConfirmed, "of the waitlist", 0, matched, Debiting, "call debit"},
	{Holding, HoldConfirmed, "!", 0, func(o *Order, e *Event) { matched(o, e); o.Wish.Most = yuan(998) }, Held, "tell quote@11"},
	{Holding, HoldConfirmed, "!", 0, func(o *Order, e *Event) { matched(o, e); e.Until = tableStart.Add(DebitMargin - 1) }, Held, "tell quote@11"},
	{Holding, HoldConfirmed, "!", 0, func(o *Order, e *Event) { matched(o, e); o.Wish.Until = tableStart }, Held, "tell quote@11"},
	{Holding, HoldConfirmed, "!", 0, func(o *Order, e *Event) { matched(o, e); o.Wish.Spent = true }, Held, "tell quote@11"},
	{Holding, HoldRefused, "of the waitlist", 0, matched, Waiting, ""},
	{Holding, HoldRefused, "!", 10 * time.Hour, matched, Closed, "tell wait-ended@11"},
	{Holding, HoldRefused, "!", 0, func(o *Order, e *Event) { matched(o, e); e.Reason = ReasonBooked }, Waiting, ""},
	{Holding, HoldRefused, "!", 0, func(o *Order, e *Event) {
		matched(o, e)
		e.Reason, o.Trip, o.Wish.Trips = ReasonBooked, tripA, []Trip{tripA}
	}, Closed, "tell wait-ended@11"},
	{Holding, HoldRefused, "!", 0, changing, Closed, "link 6 ChangeEnded; tell sold-out@11"},
	{Holding, HoldUnknown, "!", HoldLimit, matched, Releasing, "call release"},
	{Holding, Disrupted, "!", 0, nil, Holding, ""},
	{Holding, HoldConfirmed, "of a cancelled service", 0, withdrawn, Releasing, "call release; tell disrupted@11"},
	{Holding, HoldConfirmed, "!", 0, func(o *Order, e *Event) { matched(o, e); withdrawn(o, e) }, Releasing, "call release"},
	{Holding, HoldRefused, "", 0, nil, Closed, "tell sold-out@11"},
	{Holding, HoldUnknown, "", HoldLimit - 1, nil, Holding, "call hold+1s"},
	{Holding, HoldUnknown, "!", time.Second, func(o *Order, _ *Event) { o.Tries = 5 }, Holding, "call hold+32s"},
	{Holding, HoldUnknown, "!", time.Second, func(o *Order, _ *Event) { o.Tries = 6 }, Holding, "call hold+1m0s"},
	{Holding, HoldUnknown, "past its limit", HoldLimit, nil, Releasing, "call release; tell no-hold@11"},
	{Holding, SlowNotice, "!", time.Second, nil, Holding, "tell slow@11"},
	{Holding, SlowNotice, "!", time.Second, func(o *Order, _ *Event) { o.Slow = true }, 0, ""},
	{Holding, SlowNotice, "!", time.Second, func(o *Order, _ *Event) { o.Ask = 0 }, 0, ""},

	{Held, Quoted, "", 0, nil, Held, "tell quote@12"},
	{Held, WrongCode, "", 0, nil, Held, "tell wrong-code@12"},
	{Held, WrongCode, "at the limit", 0, func(o *Order, _ *Event) { o.Quote.Tries = 2 }, Releasing, "call release; tell code-closed@12"},
	{Held, Confirm, "", 20 * time.Minute, nil, Debiting, "call debit"},
	{Held, Confirm, "!", 20*time.Minute + 1, nil, 0, ""},
	{Held, Confirm, "!", 0, func(o *Order, _ *Event) { o.Until = tableStart.Add(DebitMargin) }, Debiting, "call debit"},
	{Held, Confirm, "!", 0, func(o *Order, _ *Event) { o.Until = tableStart.Add(DebitMargin - 1) }, 0, ""},
	{Held, Confirm, "!", 0, func(o *Order, _ *Event) { o.Quote.For = NoQuote }, 0, ""},
	{Held, Confirm, "!", 0, func(o *Order, _ *Event) { o.Quote.For = QuoteCancel }, 0, ""},
	{Held, Confirm, "!", 0, func(o *Order, e *Event) { changing(o, e); o.Quote.For = QuoteChange }, Debiting, "call debit"},
	{Held, Confirm, "a change that costs nothing", 0, func(o *Order, e *Event) { cheaper(o, e); o.Quote.For = QuoteChange }, Issuing, "call issue"},
	{Held, Cancel, "", 0, nil, Releasing, "call release; tell dropped@12"},
	{Held, Cancel, "!", 0, changing, Releasing, "call release; link 6 ChangeEnded; tell dropped@12"},
	{Held, Disrupted, "", 0, nil, Held, "tell disrupted@0"},
	{Held, Disrupted, "cancelled", 0, func(_ *Order, e *Event) { e.Change = RunCancelled }, Releasing, "call release; tell disrupted@0"},
	{Held, HoldExpired, "", 20 * time.Minute, nil, Releasing, "call release; tell expired@0"},
	{Held, HoldExpired, "!", 20*time.Minute - 1, nil, 0, ""},

	{Debiting, DebitDone, "", 0, nil, Issuing, "post bank>customer 1106; call issue"},
	{Debiting, DebitRefused, "", 0, nil, Held, "tell declined@11"},
	{Debiting, DebitRefused, "!", 0, func(o *Order, _ *Event) { o.Declines = 1 }, Held, "tell declined@11"},
	{Debiting, DebitRefused, "the third", 0, func(o *Order, _ *Event) { o.Declines = 2 }, Releasing, "call release; tell given-up@11"},
	{Debiting, DebitRefused, "too near the hold's end", 30*time.Minute - DebitMargin + 1, nil, Releasing, "call release; tell given-up@11"},
	{Debiting, DebitRefused, "of a cancelled service", 0, withdrawn, Releasing, "call release; tell disrupted@11"},
	{Debiting, DebitRefused, "!", 30*time.Minute - DebitMargin, nil, Held, "tell declined@11"},
	{Debiting, DebitDone, "!", 0, changing, Issuing, "post bank>customer 120; call issue"},
	{Debiting, DebitUnknown, "", 0, nil, Reversing, "call reverse"},
	{Debiting, Disrupted, "!", 0, nil, Debiting, ""},
	{Debiting, SlowNotice, "!", 0, nil, Debiting, "tell slow@11"},
	{Debiting, SlowNotice, "!", 0, func(o *Order, _ *Event) { o.Slow = true }, 0, ""},

	{Issuing, IssueDone, "", 0, nil, Issued, "post customer>terminal 1106; tell paid@11"},
	{Issuing, IssueDone, "of a change", 0, changing, Swapping, "post customer>terminal 1106; call void old"},
	{Issuing, IssueDone, "!", 0, matched, Issued, "post customer>terminal 1106; tell got-seats@11"},
	{Issuing, IssueDone, "!", 0, func(o *Order, _ *Event) { o.Upset = RunMoved }, Issued, "post customer>terminal 1106; tell disrupted@0; tell paid@11"},
	{Issuing, IssueRefused, "", 0, nil, Reversing, "call reverse"},
	{Issuing, IssueRefused, "nothing charged", 0, cheaper, Releasing, "call release; link 6 ChangeEnded; tell change-failed@11"},
	{Issuing, Disrupted, "!", 0, nil, Issuing, ""},
	{Issuing, IssueUnknown, "", IssueLimit - 1, nil, Issuing, "call issue+1s"},
	{Issuing, IssueUnknown, "past its limit", IssueLimit, nil, Voiding, "call void"},
	{Issuing, SlowNotice, "!", 0, nil, Issuing, "tell slow@11"},
	{Issuing, SlowNotice, "!", 0, func(o *Order, _ *Event) { o.Slow = true }, 0, ""},

	{Swapping, VoidDone, "", 0, nil, Issued, "post transfer>customer 1006; post customer>fees 20; link 6 ChangedAway; tell changed@11"},
	{Swapping, VoidDone, "money to give back", 0, cheaper, Reversing,
		"post transfer>customer 1500; post customer>fees 20; link 6 ChangedAway; call refund"},
	{Swapping, VoidRefused, "", 0, nil, Voiding, "call void"},
	{Swapping, VoidUnknown, "", VoidLimit - 1, nil, Swapping, "call void old+1s"},
	{Swapping, VoidUnknown, "past its limit", VoidLimit, nil, Review, "tell review@11"},
	{Swapping, Disrupted, "!", 0, nil, Swapping, ""},
	{Swapping, SlowNotice, "!", 0, nil, Swapping, "tell slow@11"},

	{Issued, Quoted, "", 0, nil, Issued, "tell quote@12"},
	{Issued, Quoted, "!", 0, func(_ *Order, e *Event) { e.Price = yuan(1000) }, 0, ""},
	{Issued, Quoted, "!", 0, func(_ *Order, e *Event) { e.Quote.For = QuotePay }, 0, ""},
	{Issued, Quoted, "!", 0, func(_ *Order, e *Event) { e.Quote.For, e.Price = NoQuote, Money{} }, Issued, "tell quote@12"},
	{Issued, Quoted, "!", 0, func(_ *Order, e *Event) { e.Leaving, e.Price, e.Fee = []int{1}, yuan(533), yuan(20) }, Issued, "tell quote@12"},
	{Issued, Quoted, "!", 0, func(o *Order, _ *Event) { o.Next = 8 }, 0, ""},
	{Issued, WrongCode, "!", 0, func(o *Order, _ *Event) { o.Next = 8 }, 0, ""},
	{Issued, Cancel, "!", 0, func(o *Order, _ *Event) { o.Next = 8 }, 0, ""},
	{Issued, Changing, "", 0, nil, Issued, ""},
	{Issued, Changing, "!", 0, func(o *Order, _ *Event) { o.Next = 9 }, 0, ""},
	{Issued, ChangeEnded, "", 0, func(o *Order, _ *Event) { o.Next = 8 }, Issued, ""},
	{Issued, ChangeEnded, "!", 0, func(o *Order, _ *Event) { o.Next = 9 }, 0, ""},
	{Issued, ChangedAway, "", 0, func(o *Order, _ *Event) { o.Next = 8 }, Closed, "post terminal>customer 1106; post customer>transfer 1106"},
	{Issued, ChangedAway, "!", 0, nil, 0, ""},
	{Issued, Disrupted, "", 0, nil, Issued, "tell disrupted@0"},
	{Issued, Remind, "", 18 * time.Hour, nil, Issued, "tell reminder@0"},
	{Issued, Remind, "!", 20 * time.Hour, nil, Issued, ""},
	{Issued, Remind, "!", 18*time.Hour - 1, nil, 0, ""},
	{Issued, Remind, "!", 18 * time.Hour, func(o *Order, _ *Event) { o.Reminded = true }, 0, ""},
	{Issued, Remind, "!", 18 * time.Hour, func(o *Order, _ *Event) { o.Lead = 0 }, 0, ""},
	{Issued, Alerted, "", 0, nil, Issued, ""},
	{Issued, Alerted, "!", 0, func(_ *Order, e *Event) { e.Lead = -1 }, 0, ""},
	{Issued, AskSettled, "!", SettleEvery, unsettled, Issued, "call settle"},
	{Issued, SettleDone, "!", SettleEvery, unsettled, Issued, "tell settled@0"},
	{Issued, SettleUnknown, "!", SettleEvery, unsettled, Issued, ""},
	{Issued, Quoted, "!", 0, func(o *Order, _ *Event) { o.Quote.Tries = 3 }, 0, ""},
	{Issued, Quoted, "!", 0, half, Issued, "tell quote@12"},
	{Issued, Quoted, "!", 0, func(o *Order, e *Event) { half(o, e); o.Places = nil }, 0, ""},
	{Issued, Quoted, "!", 0, func(o *Order, e *Event) { half(o, e); e.Leaving = []int{2} }, 0, ""},
	{Issued, Quoted, "!", 0, func(o *Order, e *Event) { half(o, e); e.Leaving = []int{-1} }, 0, ""},
	{Issued, Quoted, "!", 0, func(_ *Order, e *Event) { e.Leaving = []int{1, 1} }, 0, ""},
	{Issued, Quoted, "!", 0, func(o *Order, e *Event) { o.Places, e.Leaving = nil, []int{0, 1} }, Issued, "tell quote@12"},
	{Issued, WrongCode, "", 0, nil, Issued, "tell wrong-code@12"},
	{Issued, WrongCode, "!", 0, func(o *Order, _ *Event) { o.Quote.Tries = 2 }, Issued, "tell code-closed@12"},
	{Issued, WrongCode, "!", 0, func(o *Order, _ *Event) { o.Quote.For = NoQuote }, 0, ""},
	{Issued, Cancel, "", 10 * time.Minute, nil, Voiding, "call void"},
	{Issued, Cancel, "!", 10*time.Minute + 1, nil, 0, ""},
	{Issued, Cancel, "!", 0, func(o *Order, _ *Event) { o.Quote.For = NoQuote }, 0, ""},
	{Issued, Cancel, "!", 0, func(o *Order, _ *Event) { o.Quote.For = QuotePay }, 0, ""},

	{Voiding, VoidDone, "", 0, nil, Reversing, "post terminal>customer 1106; call refund"},
	{Voiding, VoidDone, "!", 0, failedIssue, Reversing, "call reverse"},
	{Voiding, VoidDone, "!", 0, one, Reversing, "post terminal>customer 553; post customer>fees 20; call refund"},
	{Voiding, VoidDone, "seats are left", 0, func(o *Order, e *Event) { one(o, e); o.Refund, o.Fee = Money{}, yuan(553) }, Issued,
		"post terminal>customer 553; post customer>fees 553; tell refunded@11"},
	{Voiding, VoidDone, "or nothing to pay back", 0, func(o *Order, _ *Event) { o.Refund, o.Fee = Money{}, o.Price }, Releasing,
		"post terminal>customer 1106; post customer>fees 1106; call release; tell refunded@11"},
	{Voiding, VoidDone, "!", 0, func(o *Order, e *Event) { cheaper(o, e); o.Reason = ClosedChangeFailed }, Releasing,
		"post terminal>customer 1106; call release; link 6 ChangeEnded; tell change-failed@11"},
	{Voiding, VoidRefused, "of a change", 0, func(o *Order, e *Event) { changing(o, e); o.Reason = ClosedChangeFailed }, Review, "tell review@11"},
	{Voiding, Disrupted, "!", 0, nil, Voiding, ""},
	{Voiding, VoidRefused, "", 0, nil, Issued, "tell stands@11"},
	{Voiding, VoidRefused, "!", 0, failedIssue, Issued, "post customer>terminal 1106; tell paid@11"},
	{Voiding, VoidUnknown, "", VoidLimit - 1, nil, Voiding, "call void+1s"},
	{Voiding, VoidUnknown, "past its limit", VoidLimit, nil, Review, "tell review@11"},
	{Voiding, SlowNotice, "!", 0, nil, Voiding, "tell slow@11"},
	{Voiding, SlowNotice, "!", 0, func(o *Order, _ *Event) { o.Slow = true }, 0, ""},

	{Reversing, ReverseDone, "", 0, nil, Releasing, "call release; tell not-charged@11"},
	{Reversing, ReverseDone, "!", 0, func(o *Order, _ *Event) { o.Charged, o.Reason = true, ClosedIssueFailed },
		Releasing, "post customer>bank 1106; call release; tell returned@11"},
	{Reversing, ReverseDone, "!", 0, func(o *Order, _ *Event) {
		planned(o, nil)
		o.Refund, o.Refunds = Money{Minor: 90010, Currency: "CNY"}, []Refund{{Key: "7-r1", Fund: "6-1", Amount: Money{Minor: 90010, Currency: "CNY"}, State: RefundRequested}}
	}, Releasing, "post customer>bank 900.10; call release; tell refunded@11"},
	{Reversing, ReverseDone, "the next refund", 0, planned, Reversing, "post customer>bank 500; call refund"},
	{Reversing, ReverseDone, "seats are left", 0, func(o *Order, e *Event) { planned(o, e); o.Ticketed, o.Refunds = true, o.Refunds[:1] }, Issued,
		"post customer>bank 500; tell refunded@11"},
	{Reversing, ReverseDone, "!", 0, func(o *Order, e *Event) {
		undone(o, e)
		o.Charged, o.Stray, o.Funds = true, true, []Fund{{Key: "7-1", Paid: o.Price}}
	}, Releasing, "post customer>bank 1106; call release; tell stray@11"},
	{Reversing, ReverseDone, "!", 0, func(o *Order, e *Event) {
		changing(o, e)
		o.Charged, o.Reason = true, ClosedChangeFailed
		o.Funds = []Fund{{Key: "7-1", Paid: yuan(120)}}
	}, Releasing, "post customer>bank 120; call release; link 6 ChangeEnded; tell change-failed@11"},
	{Reversing, ReverseUnknown, "", ReverseLimit - 1, nil, Reversing, "call reverse+1s"},
	{Reversing, ReverseUnknown, "!", 0, func(o *Order, _ *Event) { o.Reason = ClosedRefunded }, Reversing, "call refund+1s"},
	{Reversing, ReverseUnknown, "past its limit", ReverseLimit, nil, Review, "tell review@11"},
	{Reversing, Disrupted, "!", 0, nil, Reversing, ""},
	{Reversing, SlowNotice, "!", 0, nil, Reversing, "tell slow@11"},
	{Reversing, SlowNotice, "!", 0, func(o *Order, _ *Event) { o.Slow = true }, 0, ""},

	{Releasing, ReleaseDone, "", 0, nil, Closed, ""},
	{Releasing, ReleaseUnknown, "", ReleaseLimit - 1, nil, Releasing, "call release+1s"},
	{Releasing, ReleaseUnknown, "past its limit", ReleaseLimit, nil, Closed, ""},
	{Releasing, ReleaseDone, "of the waitlist", 0, func(o *Order, e *Event) { matched(o, e); o.Reason = ClosedSoldOut }, Waiting, ""},
	{Releasing, ReleaseDone, "!", 10 * time.Hour, func(o *Order, e *Event) { matched(o, e); o.Reason = ClosedSoldOut }, Closed, "tell wait-ended@0"},

	{Review, OperatorIssued, "", 0, nil, Issued, "post customer>terminal 1106; tell paid@0"},
	{Review, OperatorIssued, "!", 0, func(o *Order, _ *Event) { o.Charged, o.Reason = false, ClosedDebitUnknown },
		Issued, "post bank>customer 1106; post customer>terminal 1106; tell paid@0"},
	{Review, OperatorIssued, "!", 0, func(o *Order, _ *Event) { o.Ticketed, o.Reason = true, ClosedRefunded }, Issued, "tell stands@0"},
	{Review, OperatorIssued, "!", 0, planned, 0, ""},
	{Review, OperatorIssued, "!", 0, func(o *Order, e *Event) { changing(o, e); o.Reason, o.Charged = "", false }, Issued,
		"post bank>customer 120; post customer>terminal 1106; post transfer>customer 1006; post customer>fees 20; link 6 ChangedAway; tell changed@0"},
	{Review, OperatorReversed, "!", 0, planned, Releasing, "post customer>bank 500; post customer>bank 200; call release; tell refunded@0"},
	{Review, OperatorReversed, "seats are left", 0, func(o *Order, e *Event) { o.Reason, o.Ticketed = ClosedRefunded, true; one(o, e) }, Issued,
		"post terminal>customer 553; post customer>fees 20; post customer>bank 533; tell refunded@0"},
	{Review, OperatorReversed, "!", 0, func(o *Order, e *Event) {
		changing(o, e)
		o.Reason, o.Ticketed = "", true
		o.Funds = []Fund{{Key: "7-1", Paid: yuan(120)}}
	}, Releasing,
		"post terminal>customer 1106; post customer>bank 120; call release; link 6 ChangeEnded; tell change-failed@0"},
	{Review, OperatorReversed, "", 0, nil, Releasing, "post customer>bank 1106; call release; tell returned@0"},
	{Review, OperatorReversed, "!", 0, func(o *Order, _ *Event) { o.Charged, o.Reason = false, ClosedDebitUnknown },
		Releasing, "call release; tell not-charged@0"},
	{Review, OperatorReversed, "!", 0, func(o *Order, _ *Event) { o.Ticketed, o.Reason, o.Refund = true, ClosedRefunded, o.Price },
		Releasing, "post terminal>customer 1106; post customer>bank 1106; call release; tell refunded@0"},
	{Review, Disrupted, "!", 0, nil, Review, ""},
	{Review, ReviewOverdue, "", ReviewLimit, nil, Review, ""},
	{Review, ReviewOverdue, "!", ReviewLimit - 1, nil, 0, ""},

	{Closed, AskSettled, "", SettleEvery, unsettled, Closed, "call settle"},
	{Closed, AskSettled, "!", SettleEvery - 1, unsettled, 0, ""},
	{Closed, AskSettled, "!", SettleLimit, unsettled, Closed, ""},
	{Closed, SettleDone, "", SettleEvery, unsettled, Closed, "tell settled@0"},
	{Closed, SettleDone, "!", SettleEvery, func(o *Order, e *Event) { unsettled(o, e); e.Refund = "7-r0" }, 0, ""},
	{Closed, SettleUnknown, "", SettleEvery, unsettled, Closed, ""},
	{Closed, AskStray, "", 15 * time.Minute, undone, Closed, "call stray"},
	{Closed, AskStray, "!", 15*time.Minute - 1, undone, 0, ""},
	{Closed, StrayNone, "", 0, undone, Closed, ""},
	{Closed, StrayBooked, "", 0, undone, Reversing, "post bank>customer 1106; call reverse"},
	{Closed, StrayBooked, "!", 0, nil, 0, ""},
}
