package torture

import (
	"fmt"
	"strconv"
	"time"

	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// builder makes ledgers that agree with each other.
type builder struct {
	*ledgers
	now  time.Time
	id   int64
	bind int64
}

func (b *builder) next() int64 {
	b.id++
	b.now = b.now.Add(time.Second)
	return b.id
}

// text is a customer's text that was acknowledged and stored; state is that of
// its row.
func (b *builder) text(phone int, text string, state int) (row int64) {
	p := &b.phones[phone]
	id := b.next()
	b.wire.MOs = append(b.wire.MOs, smsc.MO{ID: id, From: p.msisdn, To: shortCode, Text: text, Parts: 1, Queued: b.now, Acked: b.now, State: smsc.Acked,
		Deliveries: []smsc.Delivery{{Bind: b.bind, Part: 1, Outcome: smsc.Answered}}})
	p.log = append(p.log, entry{mo: id, text: text})
	return b.stored(phone, state)
}

func (b *builder) stored(phone, state int) int64 {
	row := b.next()
	n, _ := strconv.ParseInt(b.phones[phone].msisdn, 10, 64)
	b.inbox = append(b.inbox, inboxRow{id: row, msisdn: n, state: state})
	return row
}

// show brings a message to a handset.
func (b *builder) show(phone int, text string) (shown int64, message string) {
	mt := b.next()
	shown, message = b.next(), fmt.Sprint(1000000+mt)
	b.wire.MTs = append(b.wire.MTs, smsc.MT{ID: mt, Bind: b.bind, To: b.phones[phone].msisdn, Text: text, Part: 1, Parts: 1, MessageID: message, Status: pdu.ESME_ROK, Shown: shown})
	b.wire.Texts = append(b.wire.Texts, smsc.Text{ID: shown, At: b.now, To: b.phones[phone].msisdn, Text: text, MTs: []int64{mt}})
	return shown, message
}

func (b *builder) reply(phone int, text string, cause int64, notice bool) int64 {
	shown, message := b.show(phone, text)
	n, _ := strconv.ParseInt(b.phones[phone].msisdn, 10, 64)
	b.outbox = append(b.outbox, outboxRow{id: b.next(), msisdn: n, cause: cause, state: 4, notice: notice, receipt: true, message: message})
	return shown
}

// turn is a text with its answer.
func (b *builder) turn(phone int, text, answer string) {
	b.answer(phone, b.text(phone, text, 0), answer)
}

func (b *builder) answer(phone int, row int64, answer string) {
	shown := b.reply(phone, answer, row, false)
	log := b.phones[phone].log
	log[len(log)-1].answer, log[len(log)-1].said = shown, answer
}

// order adds an order with its way through the states.
func (b *builder) order(phone int, id int64, code, reason string, state int, path ...string) *orderRow {
	n, _ := strconv.ParseInt(b.phones[phone].msisdn, 10, 64)
	o := orderRow{ID: id, Code: code, MSISDN: n, State: state, Reason: reason, Seats: 2, Price: yuan(55300), Hold: b.end.Add(time.Minute)}
	o.Trip = trip{Service: "G1", Date: 20261125, To: 3, Number: "G1", Dep: time.Date(2026, 11, 25, 9, 0, 0, 0, china)}
	from := "none"
	for _, to := range path {
		b.journal = append(b.journal, journalRow{id: b.next(), order: id, event: event(from, to), from: from, to: to, at: b.now.UnixMilli()})
		from = to
	}
	o.Places = []string{"car3 1A", "car3 1B"}
	if state == stateIssued {
		o.Charged, o.Ticket = true, true
		o.Funds = []fundRow{{Key: fmt.Sprintf("%d-1", id), Paid: yuan(55300)}}
		b.phones[phone].tickets[code] = 2
	}
	b.orders = append(b.orders, o)
	return &b.orders[len(b.orders)-1]
}

func yuan(minor int64) amount { return amount{minor, "CNY"} }

// event is what moves an order between two states.
func event(from, to string) string {
	switch {
	case from == "held" && to == "debiting", from == "waiting" && to == "waiting":
		return "Confirm"
	case from == "issued" && to == "voiding":
		return "Cancel"
	}
	return "x"
}

func (b *builder) post(order int64, debit, credit string, minor int64) {
	b.journal = append(b.journal, journalRow{id: b.next(), order: order, event: "posting", debit: debit, credit: credit, minor: minor, currency: "CNY"})
}

// sold posts a sale.
func (b *builder) sold(order, charge, price int64) {
	b.post(order, "bank", "customer", charge)
	b.post(order, "customer", "terminal", price)
}

func (b *builder) debit(order int64, state string, minor int64) {
	key := fmt.Sprintf("%d-1", order)
	b.debits = append(b.debits, debitRow{key: key, state: state, currency: "CNY", amount: minor})
	b.asked = append(b.asked, askedRow{key, 1})
}

// refund books a payment back from the order's debit, and has the order know it.
func (b *builder) refund(o *orderRow, minor, fee int64) {
	key, fund := fmt.Sprintf("%d-r%d", o.ID, len(o.Refunds)+1), fmt.Sprintf("%d-1", o.ID)
	b.refunds = append(b.refunds, refundRow{key: key, debit: fund, amount: minor, at: b.now.UnixMilli()})
	o.Refunds = append(o.Refunds, returned{Key: key, Fund: fund, Amount: yuan(minor), State: "accepted", At: b.now})
	o.Funds = []fundRow{{Key: fund, Paid: yuan(55300), Back: yuan(minor)}}
	o.Settle, o.Refund, o.Fee, o.Fees = b.now.Add(24*time.Hour), yuan(minor), yuan(fee), yuan(o.Fees.Minor+fee)
	b.post(o.ID, "terminal", "customer", minor+fee)
	b.post(o.ID, "customer", "fees", fee)
	b.post(o.ID, "customer", "bank", minor)
}

func (b *builder) item(key any, state int, seats ...uint64) *itemRow {
	b.items = append(b.items, itemRow{key: fmt.Sprint(key), state: state, run: 1, last: 3, seats: seats, made: b.now.UnixMilli(),
		until: b.end.Add(time.Minute).UnixMilli(), changed: b.now.Add(time.Second).UnixMilli(), price: 55300, currency: "CNY"})
	b.now = b.now.Add(5 * time.Second)
	return &b.items[len(b.items)-1]
}

func asks(code, order string) string {
	return "G1 25Nov 2nd x2 CNY553 card*7890. Held to 15:30. Reply Y " + code + " to pay, N to drop. Order " + order
}

func ticketText(order string) string {
	return "PAID CNY553. G1 25Nov 0900 Beijing: car3 1A,1B. Order " + order + ". Board with ID."
}

// small is a world of three customers in which everything that the checker knows
// has happened once.
func small() *ledgers {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, china)
	b := &builder{ledgers: &ledgers{end: start.Add(time.Hour), runs: []runRow{{id: 1, date: 20261125, service: "G1", stops: 3}, {id: 2, date: 20261125, service: "G3", stops: 3}}},
		now: start, bind: 1}
	for i := range 3 {
		b.phones = append(b.phones, phoneBook{msisdn: fmt.Sprint(8613800020000 + i), tickets: map[string]int{}})
	}
	b.first()
	b.second()
	b.third()
	b.waits()
	return b.ledgers
}

// first is a customer who pays twice and cancels once, when the gateway is killed.
func (b *builder) first() {
	b.turn(0, "REG Wang Wei 11010519491231002X", "Registered: Wang Wei")
	b.turn(0, "BOOK G1 25NOV 2", asks("111111", "AAAAA"))
	row := b.text(0, "Y 111111", 0)
	b.reply(0, "Asked your bank for CNY553, no answer yet.", row, true)
	b.answer(0, row, ticketText("AAAAA"))
	b.order(0, 101, "AAAAA", "", stateIssued, "holding", "held", "debiting", "issuing", "issued")
	b.sold(101, 55300, 55300)
	b.debit(101, "booked", 55300)
	b.item(101, itemIssued, 0, 1)

	b.turn(0, "BOOK G1 25NOV 2 1ST", asks("222222", "BBBBB"))
	b.turn(0, "Y 222222", ticketText("BBBBB"))
	b.turn(0, "CXL BBBBB", "Cancel G1 25Nov x2, order BBBBB: fare 553 fee 44.24 refund CNY508.76 to card*7890. Reply Y 333333 by 15:39. N keeps the ticket.")
	o := b.order(0, 102, "BBBBB", "refunded", stateClosed, "holding", "held", "debiting", "issuing", "issued", "voiding", "reversing", "releasing", "closed")
	b.sold(102, 55300, 55300)
	b.debit(102, "refunded", 55300)
	b.refund(o, 50876, 4424)
	b.item(102, itemVoided, 2, 3)

	const done = "Cancelled BBBBB: G1 25Nov. Fee CNY44.24, CNY508.76 goes back to card*7890."
	b.turn(0, "Y 333333", done)
	b.kills = append(b.kills, b.now.Add(time.Millisecond))
	b.bind++
	_, b.outbox[len(b.outbox)-1].message = b.show(0, done)
	b.outbox[len(b.outbox)-1].copies = 1
	b.text(0, "Y 333333", 2) // swallowed
	b.phones[0].log[len(b.phones[0].log)-1].repeat = true
}

// second is a customer with a ticket, and with orders that came to nothing.
func (b *builder) second() {
	b.turn(1, "BOOK G3 25NOV 2", "G3 25Nov 1400 is sold out in 2nd. Nothing charged.")
	b.order(1, 103, "CCCCC", "sold_out", stateClosed, "holding", "closed")
	b.items = append(b.items, itemRow{key: "103", state: 5, bare: true})

	b.turn(1, "BOOK G1 25NOV 2", asks("444444", "DDDDD"))
	b.turn(1, "Y 444444", ticketText("DDDDD"))
	b.order(1, 104, "DDDDD", "", stateIssued, "holding", "held", "debiting", "issuing", "issued")
	b.sold(104, 55300, 55300)
	b.debit(104, "booked", 55300)
	b.item(104, itemIssued, 2, 3) // after 102 gave them back

	b.turn(1, "BOOK G1 25NOV 2 4000000000000127", asks("555555", "EEEEE"))
	b.turn(1, "Y 555555", "No answer from your bank for EEEEE, so the payment was undone.")
	m := &b.wire.MOs[len(b.wire.MOs)-1]
	m.Deliveries = append([]smsc.Delivery{{Bind: 1, Part: 1, Outcome: smsc.Unknown}}, m.Deliveries...)
	b.stored(1, 2)
	b.order(1, 105, "EEEEE", "debit_unknown", stateClosed, "holding", "held", "debiting", "reversing", "releasing", "closed")
	b.debit(105, "reversed", 55300)
	b.item(105, itemReleased, 4, 5)

	b.turn(1, "BOOK G1 25NOV 2 4000000000000002", asks("666666", "FFFFF"))
	b.turn(1, "Y 666666", "Bank refused card*0002. Nothing charged. Seats held to 15:30. Reply PAY FFFFF to try again")
	b.turn(1, "N FFFFF", "Dropped FFFFF: G1 25Nov. Seats given back, nothing charged.")
	b.order(1, 106, "FFFFF", "cancelled", stateClosed, "holding", "held", "debiting", "held", "releasing", "closed")
	b.debit(106, "declined", 55300)
	b.item(106, itemReleased, 4, 5)

	b.turn(1, "BOOK G1 25NOV 2 1ST", asks("777777", "GGGGG"))
	o := b.order(1, 107, "GGGGG", "", stateHeld, "holding", "held")
	b.item(107, itemHeld, 4, 5).until = o.Hold.UnixMilli()
}

// third is a customer who cancels a seat, and changes another ticket.
func (b *builder) third() {
	b.turn(2, "BOOK G1 25NOV ME,LI", "G1 25Nov 0900 2nd: Wang Fang, Li Na CNY553 card*7890. Held to 15:30. Reply Y 111112 to pay, N to drop. Order HHHHH")
	b.turn(2, "Y 111112", "PAID CNY553. G1 25Nov 0900 Beijing: Wang Fang car3 1A, Li Na car3 1B. Order HHHHH. Board with ID.")
	b.turn(2, "CXL HHHHH 2", "Cancel Li Na, G1 25Nov, order HHHHH: fare 276.50 fee 22.12 refund CNY254.38 to card*7890. Reply Y 111113 by 15:39. N keeps the ticket.")
	o := b.order(2, 201, "HHHHH", "", stateIssued, "holding", "held", "debiting", "issuing", "issued", "voiding", "reversing", "issued")
	b.sold(201, 55300, 55300)
	b.debit(201, "refunded", 55300)
	b.refund(o, 25438, 2212)
	o.Seats, o.Price, o.Places, o.Former, o.People = 1, yuan(27650), o.Places[:1], []formerRow{{o.Places[1], b.now}}, []any{nil}
	b.item(201, itemIssued, 6, 7).gone = []uint64{7}
	b.people = append(b.people, personRow{"201", "tokenA", 6, 1}, personRow{"201", "tokenB", 7, 0})
	b.turn(2, "Y 111113", "Cancelled Li Na, G1 25Nov, order HHHHH: CNY254.38 goes back to card*7890. Still valid: Wang Fang.")
	b.phones[2].tickets["HHHHH"] = 1

	b.turn(2, "BOOK G1 25NOV 2", asks("111114", "IIIII"))
	b.turn(2, "Y 111114", ticketText("IIIII"))
	b.order(2, 202, "IIIII", "changed", stateClosed, "holding", "held", "debiting", "issuing", "issued", "issued", "closed").Next = 203
	b.sold(202, 55300, 55300)
	b.post(202, "terminal", "customer", 55300)
	b.post(202, "customer", "transfer", 55300)
	b.debit(202, "booked", 55300)
	b.item(202, itemVoided, 7, 8)
	b.turn(2, "CHG IIIII G3", "Change IIIII G1 to G3 25Nov 0900, 2 seats: fare diff +47 fee 40, pay CNY87 with card*7890. New seats held to 15:30, old kept until done. Reply Y 111115 or N.")
	b.turn(2, "Y 111115", "CHANGED: G3 25Nov 0900 Beijing: car3 1A,1B. New order JJJJJ, IIIII is void. Paid CNY87.")
	o = b.order(2, 203, "JJJJJ", "", stateIssued, "holding", "held", "debiting", "issuing", "swapping", "issued")
	o.Trip.Service, o.Trip.Number, o.Price, o.Fees = "G3", "G3", yuan(60000), yuan(4000)
	o.Swap = &swapRow{Order: 202, Code: "IIIII", Key: "202", Credit: yuan(55300), Fee: yuan(4000), Done: true}
	o.Funds = []fundRow{{Key: "202-1", Paid: yuan(55300)}, {Key: "203-1", Paid: yuan(8700)}}
	b.sold(203, 8700, 60000)
	b.post(203, "transfer", "customer", 55300)
	b.post(203, "customer", "fees", 4000)
	b.debit(203, "booked", 8700)
	it := b.item(203, itemIssued, 0, 1)
	it.run, it.price = 2, 60000
}

// waits has the third customer wait for seats twice, get them once, and fail to
// change them.
func (b *builder) waits() {
	wish := func(o *orderRow) {
		o.Wish = &wishRow{Trips: []trip{o.Trip}, Until: b.end.Add(24 * time.Hour), Most: yuan(55300), Joined: b.now}
	}
	join := func(code, order, date string) {
		b.turn(2, "WAIT G1 "+date+" x2", "Wait G1 "+date+" 2nd x2, all or none, till 24Nov 19:00, up to CNY553 on card*7890 when found. 0 ahead. Reply Y "+code+" to join, N to drop.")
		b.turn(2, "Y "+code, "Joined: G1 "+date+" 2nd x2 till 24Nov 19:00, 0 ahead. Seats found are paid at once with card*7890, up to CNY553. WAIT X "+order+" leaves.")
	}
	join("111116", "KKKKK", "25Nov")
	b.reply(2, "GOT SEATS from waitlist: G1 25Nov 0900 2nd x2 CNY553 paid. car3 1A,1B. Order KKKKK. CXL KKKKK within 30 min is free.", 0, true)
	o := b.order(2, 204, "KKKKK", "", stateIssued, "waiting", "waiting", "holding", "waiting", "holding", "debiting", "issuing", "issued")
	wish(o)
	o.Holds, o.Free, o.People = 1, b.now.Add(30*time.Minute), []any{nil, nil}
	b.sold(204, 55300, 55300)
	b.debit(204, "booked", 55300)
	b.item(204, itemReleased, 9, 10)
	b.item("204-h2", itemIssued, 9, 10)
	b.people = append(b.people, personRow{"204-h2", "tokenC", 9, 1}, personRow{"204-h2", "tokenD", 10, 1})

	b.turn(2, "CHG KKKKK G3", "Change KKKKK G1 to G3 25Nov 0900, 2 seats: fare diff +47 fee 0, pay CNY47 with card*7890. New seats held to 15:30, old kept until done. Reply Y 111117 or N.")
	b.turn(2, "Y 111117", "No answer from your bank, so the payment was undone: no change. Nothing is charged, ticket KKKKK stands. CHG KKKKK to try again.")
	f := b.order(2, 205, "LLLLL", "debit_unknown", stateClosed, "holding", "held", "debiting", "reversing", "releasing", "closed")
	f.Trip.Service, f.Trip.Number, f.Price = "G3", "G3", yuan(60000)
	f.Swap = &swapRow{Order: 204, Code: "KKKKK", Key: "204-h2", Credit: yuan(55300), Ended: true}
	b.debit(205, "reversed", 4700)
	it := b.item(205, itemReleased, 2, 3)
	it.run, it.price = 2, 60000

	join("111118", "MMMMM", "26Nov")
	w := b.order(2, 206, "MMMMM", "", stateWaiting, "waiting", "waiting")
	w.Trip.Date, w.Trip.Dep = 20261126, w.Trip.Dep.AddDate(0, 0, 1)
	wish(w)
}
