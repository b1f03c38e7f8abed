package storetest

import (
	"strconv"
	"time"

	"shortfare/booking"
)

// Noon is the time of the samples, with an offset as services have it.
func Noon() time.Time {
	return time.Date(2030, 5, 4, 12, 0, 0, 123e6, time.FixedZone("", 8*3600))
}

// utc is what a column keeps of a time.
func utc(t time.Time) time.Time { return t.UTC() }

// Text is a text with every field set.
func Text(m booking.MSISDN, id int64) booking.MO {
	return booking.MO{ID: id, MSISDN: m, Source: booking.Address{TON: 1, NPI: 1, Addr: m.String()}, Dest: booking.Address{NPI: 1, Addr: "12306"},
		Link: "carrier", Session: 1<<63 + 5, Text: "BOOK G123 4/5 2 北京", Hash: 1<<63 + 7, At: utc(Noon()), State: booking.MOTurned,
		DupFloor: utc(Noon().Add(-time.Hour))}
}

// Reply is a reply with every field set.
func Reply(m booking.MSISDN, id, cause int64) booking.MT {
	return booking.MT{ID: id, MSISDN: m, To: booking.Address{TON: 1, NPI: 1, Addr: m.String()}, From: booking.Address{NPI: 1, Addr: "12306"},
		Link: "carrier", Text: "Held G123 4 May 08:00-12:28, 2 seats CNY1106. Reply PAY K7M2QX 482913 by 12:30", Cause: cause, Notice: true,
		Receipt: true, At: utc(Noon()), Copies: 0}
}

// Order is an order as the terminal left it when it confirmed the hold.
func Order(m booking.MSISDN, id booking.OrderID) booking.Order {
	now := Noon()
	return booking.Order{ID: id, Code: "K" + strconv.FormatInt(int64(id), 36), Customer: m, Version: 3, State: booking.Held, Created: now, Since: now, Due: now.Add(20 * time.Minute),
		Trip: booking.Trip{TripKey: booking.TripKey{Terminal: "rail", Service: "G123-1", Date: 20300504, From: 2, To: 7}, Number: "G123",
			FromStop: booking.Stop{ID: "BJN", En: "Beijing South", Zh: "北京南"}, ToStop: booking.Stop{ID: "SHH", En: "Shanghai Hongqiao", Zh: "上海虹桥"},
			Dep: now, Arr: now.Add(4 * time.Hour), Fares: []booking.Fare{{Class: "2nd", Price: booking.Money{Minor: 55300, Currency: "CNY"}}}},
		Seats: 2, Price: booking.Money{Minor: 110600, Currency: "CNY"}, Until: now.Add(25 * time.Minute), Places: []string{"car5 7A", "car5 7B"},
		Account: account(), Quote: booking.Quote{For: booking.QuotePay, Gen: 1, Until: now.Add(20 * time.Minute), Tries: 1}, Ask: 5, AskedAt: now}
}

func account() booking.Account {
	return booking.Account{Alias: "C1", Kind: booking.CardAccount, Last4: "1234", Token: "0123456789abcdef0123456789abcdef", Sealed: make([]byte, 60)}
}

// Fill makes c a registered customer in the middle of a conversation.
func Fill(c *booking.Customer) {
	now := Noon()
	c.Since, c.Name, c.LastLang = now, "ZHANG SAN", "en"
	c.Document = &booking.Document{Kind: "id", Masked: "1101**********002X", Token: "fedcba9876543210fedcba9876543210", Sealed: make([]byte, 60), Region: "110101", Birth: "1980-01-01", Gender: "m"}
	c.Accounts = []booking.Account{account()}
	c.Address, c.Own, c.Link = booking.Address{TON: 1, NPI: 1, Addr: c.MSISDN.String()}, booking.Address{NPI: 1, Addr: "12306"}, "carrier"
	c.Rate, c.Holds = booking.Rate{Start: now, N: 3}, booking.Rate{Start: now, N: 1, Told: true}
	for i := range booking.MaxSeen {
		c.Seen = append(c.Seen, booking.Seen{Hash: 1<<63 + uint64(i), Session: 1 << 40, At: now.UnixMilli()})
	}
	c.List = &booking.List{At: now, Query: booking.Query{From: "BJ", To: "SH", Date: 20300504, After: 480}}
	for i := range 5 {
		c.List.Items = append(c.List.Items, booking.TripKey{Terminal: "rail", Service: "G12" + strconv.Itoa(i), Date: 20300504, From: 2, To: 7})
	}
	c.Due = utc(now.Add(20 * time.Minute))
}

// Entry is a line of the journal.
func Entry(o *booking.Order, id int64) booking.Entry {
	return booking.Entry{ID: id, At: utc(Noon()), MSISDN: o.Customer, Order: o.ID, Event: "Confirm", From: "held", To: "debiting", Cause: 5}
}

// Posting is a line of the journal that moves money.
func Posting(o *booking.Order, id int64) booking.Entry {
	return booking.Entry{ID: id, At: utc(Noon()), MSISDN: o.Customer, Order: o.ID, Event: "posting",
		Debit: booking.LedgerBank, Credit: booking.LedgerCustomer, Amount: o.Price, Cause: 5}
}

// Turn is a turn of the usual size: a registered customer with one live order
// texts; customer and order are written with the text, a reply, an attempt in
// place of the last one, a line of the journal and a posting. The first turn of a
// customer opens the order.
func Turn(v *booking.View, epoch int64) *booking.Changes {
	c := v.Customer
	if c.New {
		Fill(c)
		o := Order(c.MSISDN, booking.OrderID(v.NewID()))
		o.Ask = 0
		v.Orders = append(v.Orders, &o)
		c.Refer(&o)
	}
	o := v.Orders[0]
	o.Version++
	c.Rate.N++
	text := Text(c.MSISDN, v.NewID())
	ch := &booking.Changes{Customer: c, Orders: []*booking.Order{o}, Texts: []booking.MO{text},
		Journal: []booking.Entry{Entry(o, v.NewID()), Posting(o, v.NewID())}}
	if o.Ask != 0 {
		ch.Settled = []int64{o.Ask}
	}
	o.Ask = v.NewID()
	ch.Attempts = []booking.Attempt{{ID: o.Ask, Customer: c.MSISDN, Order: o.ID, Call: booking.CallDebit, Due: Noon(), Epoch: epoch, Subject: o}}
	ch.Replies = []booking.MT{Reply(c.MSISDN, v.NewID(), text.ID)}
	return ch
}
