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
	b.wire.Texts = append(b.wire.Texts, smsc.Text{ID: shown, To: b.phones[phone].msisdn, Text: text, MTs: []int64{mt}})
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
	o := orderRow{ID: id, Code: code, MSISDN: n, State: state, Reason: reason, Seats: 2, Price: amount{55300, "CNY"}, Hold: b.end.Add(time.Minute)}
	o.Trip.Service, o.Trip.Date, o.Trip.From, o.Trip.To = "G1", 20261125, 0, 3
	from := "none"
	for _, to := range path {
		b.journal = append(b.journal, journalRow{id: b.next(), order: id, event: "x", from: from, to: to})
		from = to
	}
	if state == stateIssued {
		o.Charged, o.Ticket, o.Places = true, true, []string{"1A", "1B"}
	}
	b.orders = append(b.orders, o)
	return &b.orders[len(b.orders)-1]
}

func (b *builder) post(order int64, debit, credit string) {
	b.journal = append(b.journal, journalRow{id: b.next(), order: order, event: "posting", debit: debit, credit: credit, minor: 55300, currency: "CNY"})
}

func (b *builder) debit(order int64, state string) {
	key := fmt.Sprintf("%d-1", order)
	b.debits = append(b.debits, debitRow{key: key, state: state, currency: "CNY", amount: 55300})
	b.asked = append(b.asked, askedRow{key, 1})
}

func (b *builder) item(order int64, state int, seats ...uint64) {
	b.items = append(b.items, itemRow{key: fmt.Sprint(order), state: state, run: 1, last: 3, seats: seats, made: b.now.UnixMilli(),
		until: b.end.Add(time.Minute).UnixMilli(), changed: b.now.Add(time.Second).UnixMilli(), price: 55300, currency: "CNY"})
	b.now = b.now.Add(5 * time.Second)
}

// small is a world of two customers in which everything that the checker knows
// has happened once.
func small() *ledgers {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, china)
	b := &builder{ledgers: &ledgers{end: start.Add(time.Hour), phones: []phoneBook{{msisdn: "8613800020000"}, {msisdn: "8613800020001"}},
		runs: []runRow{{id: 1, date: 20261125, service: "G1", stops: 3}}}, now: start, bind: 1}
	ask := func(code, order string) string {
		return "G1 25Nov x2 CNY553 card*7890. Held to 15:30. Reply Y " + code + " to pay, N to drop. Order " + order
	}
	ticket := func(order string) string {
		return "PAID CNY553. G1 25Nov: car3 1A,1B. Order " + order + ". Board with ID."
	}
	b.turn(0, "REG Wang Wei 11010519491231002X", "Registered: Wang Wei")
	b.turn(0, "BOOK G1 25NOV 2", ask("111111", "AAAAA"))
	row := b.text(0, "Y 111111", 0)
	b.reply(0, "Asked your bank for CNY553, no answer yet.", row, true)
	b.answer(0, row, ticket("AAAAA"))
	b.order(0, 101, "AAAAA", "", stateIssued, "holding", "held", "debiting", "issuing", "issued")
	b.post(101, "bank", "customer")
	b.post(101, "customer", "terminal")
	b.debit(101, "booked")
	b.item(101, itemIssued, 0, 1)

	b.turn(0, "BOOK G1 25NOV 2 1ST", ask("222222", "BBBBB"))
	b.turn(0, "Y 222222", ticket("BBBBB"))
	b.turn(0, "CXL BBBBB", "Cancel G1 25Nov x2, order BBBBB: refund CNY553 to card*7890. Reply Y 333333 by 15:39. N keeps the ticket.")
	o := b.order(0, 102, "BBBBB", "refunded", stateClosed, "holding", "held", "debiting", "issuing", "issued", "voiding", "reversing", "releasing", "closed")
	o.Refund = o.Price
	b.post(102, "bank", "customer")
	b.post(102, "customer", "terminal")
	b.post(102, "terminal", "customer")
	b.post(102, "customer", "bank")
	b.debit(102, "refunded")
	b.refunds = append(b.refunds, refundRow{"102-1-r", "102-1", 55300})
	b.item(102, itemVoided, 2, 3)

	b.turn(0, "Y 333333", "Cancelled BBBBB: G1 25Nov. CNY553 goes back to card*7890.")
	b.kills = append(b.kills, b.now.Add(time.Millisecond))
	b.bind++
	_, b.outbox[len(b.outbox)-1].message = b.show(0, "Cancelled BBBBB: G1 25Nov. CNY553 goes back to card*7890.")
	b.outbox[len(b.outbox)-1].copies = 1
	b.text(0, "Y 333333", 2) // swallowed
	b.phones[0].log[len(b.phones[0].log)-1].repeat = true

	b.second(ask, ticket)
	return b.ledgers
}

// second is the second customer.
func (b *builder) second(ask func(code, order string) string, ticket func(string) string) {
	b.turn(1, "BOOK G3 25NOV 2", "G3 25Nov 1400 is sold out in 2nd. Nothing charged.")
	b.order(1, 103, "CCCCC", "sold_out", stateClosed, "holding", "closed")
	b.items = append(b.items, itemRow{key: "103", state: 5, bare: true})

	b.turn(1, "BOOK G1 25NOV 2", ask("444444", "DDDDD"))
	b.turn(1, "Y 444444", ticket("DDDDD"))
	b.order(1, 104, "DDDDD", "", stateIssued, "holding", "held", "debiting", "issuing", "issued")
	b.post(104, "bank", "customer")
	b.post(104, "customer", "terminal")
	b.debit(104, "booked")
	b.item(104, itemIssued, 2, 3) // after 102 gave them back

	b.turn(1, "BOOK G1 25NOV 2 4000000000000127", ask("555555", "EEEEE"))
	b.turn(1, "Y 555555", "No answer from your bank for EEEEE, so the payment was undone.")
	m := &b.wire.MOs[len(b.wire.MOs)-1]
	m.Deliveries = append([]smsc.Delivery{{Bind: 1, Part: 1, Outcome: smsc.Unknown}}, m.Deliveries...)
	b.stored(1, 2)
	b.order(1, 105, "EEEEE", "debit_unknown", stateClosed, "holding", "held", "debiting", "reversing", "releasing", "closed")
	b.debit(105, "reversed")
	b.item(105, itemReleased, 4, 5)

	b.turn(1, "BOOK G1 25NOV 2 4000000000000002", ask("666666", "FFFFF"))
	b.turn(1, "Y 666666", "Bank refused card*0002. Nothing charged. Seats held to 15:30. Reply PAY FFFFF to try again")
	b.turn(1, "N FFFFF", "Dropped FFFFF: G1 25Nov. Seats given back, nothing charged.")
	b.order(1, 106, "FFFFF", "cancelled", stateClosed, "holding", "held", "debiting", "held", "releasing", "closed")
	b.debit(106, "declined")
	b.item(106, itemReleased, 4, 5)

	b.turn(1, "BOOK G1 25NOV 2 1ST", ask("777777", "GGGGG"))
	o := b.order(1, 107, "GGGGG", "", stateHeld, "holding", "held")
	b.item(107, itemHeld, 4, 5)
	b.items[len(b.items)-1].until = o.Hold.UnixMilli()
}
