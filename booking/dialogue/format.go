package dialogue

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"shortfare/booking"
	"shortfare/parser"
	"shortfare/smpp/coding"
)

func itoa(n int) string { return strconv.Itoa(n) }

// oneSegment tells whether a text is sent as one message: 160 septets of GSM
// 7-bit or 70 units of UCS-2 (3GPP 23.040 §9.2.3.24.1).
func oneSegment(s string) bool {
	if len(s) <= 70 {
		return true
	}
	if ascii(s) && !strings.ContainsAny(s, "[]{}|\\^~`") {
		return len(s) <= 160
	}
	units, han := 0, false
	for _, r := range s {
		if units++; r > 0xFFFF {
			units++
		}
		han = han || r >= 0x4E00 && r <= 0x9FFF
	}
	if han { // GSM 7-bit has none, whatever is transliterated
		return units <= 70
	}
	_, _, segments := coding.Units(s)
	return segments == 1
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// day turns a date of the parser into one of the domain.
func day(d parser.Date) booking.Date {
	return booking.Date(d.Year*10000 + d.Month*100 + d.Day)
}

// dateOf is the reverse of day.
func dateOf(d booking.Date) parser.Date {
	return parser.Date{Year: int(d) / 10000, Month: int(d) / 100 % 100, Day: int(d) % 100}
}

// day writes a day as customers of the language do.
func (t *turn) day(d booking.Date) string {
	if t.m == t.d.zh {
		return itoa(int(d)/100%100) + "/" + itoa(int(d)%100)
	}
	return dateOf(d).String()
}

// clock is a time of day with a colon.
func (t *turn) clock(at time.Time) string { return hhmm(at.In(t.d.s.Loc), ":") }

// departure is a time of a timetable: 0900 in English, 09:00 in Chinese.
func (t *turn) departure(at time.Time) string {
	if t.m == t.d.zh {
		return t.clock(at)
	}
	return hhmm(at.In(t.d.s.Loc), "")
}

// clockAfter is the first time of day, to the minute, that is not before at.
func (t *turn) clockAfter(at time.Time) string { return t.clock(at.Add(time.Minute - 1)) }

func hhmm(at time.Time, between string) string {
	h, m, _ := at.Clock()
	var b [8]byte
	s := append(b[:0], byte('0'+h/10), byte('0'+h%10))
	s = append(s, between...)
	return string(append(s, byte('0'+m/10), byte('0'+m%10)))
}

// stop is the name of a stop. English falls back on nothing: the catalogue
// fills both names.
func (t *turn) stop(s booking.Stop) string {
	if t.m == t.d.zh && s.Zh != "" {
		return s.Zh
	}
	return s.En
}

// placeOr names the place that was asked for, a city perhaps; else the stop.
func (t *turn) placeOr(id string, s booking.Stop) string {
	if id != "" {
		if names, ok := t.env.Catalogue.PlaceNames(id); ok {
			return t.stop(names)
		}
	}
	return t.stop(s)
}

// money writes an amount with its currency.
func (t *turn) money(m booking.Money) string {
	if t.m == t.d.zh && m.Currency == "CNY" {
		return m.Amount() + t.m.say("money.cny")
	}
	return m.String()
}

// class names a class of a fare.
func (t *turn) class(c string) string {
	if t.m != t.d.zh {
		return c
	}
	switch c {
	case "2nd", "1st", "business", "premium", "economy", "sleeper", "seat", "standing":
		return t.m.say("class." + c)
	case "soft sleeper", "hard sleeper", "soft seat", "hard seat":
		return t.m.say("class." + strings.ReplaceAll(c, " ", "_"))
	}
	return c
}

// kind names a kind of service.
func (t *turn) kind(k parser.Kind) string {
	switch k {
	case parser.Trains:
		return t.m.say("kind.train")
	case parser.Buses:
		return t.m.say("kind.bus")
	case parser.Flights:
		return t.m.say("kind.flight")
	}
	return ""
}

// classWord is a class as it is texted: one word.
func classWord(class string) string { return strings.ToUpper(strings.ReplaceAll(class, " ", "")) }

// account names an account: its kind, the last four digits and its alias.
func (t *turn) account(a booking.Account) string {
	key := "account.card"
	switch a.Kind {
	case booking.PhoneAccount:
		key = "account.phone"
	case booking.AlipayMobile:
		key = "account.alipay"
	case booking.WeChatMobile:
		key = "account.wechat"
	case booking.BankAccount, booking.IBANAccount:
		key = "account.bank"
	case "":
		return ""
	}
	name := t.m.say(key, "last", a.Last4)
	if a.Alias != "" && (t.m == t.d.zh || ascii(a.Alias)) { // one Han character makes a text of 160 one of 70
		name += t.m.say("account.alias", "alias", a.Alias)
	}
	return name
}

// places lists seats: car5 7A, car5 7B become car5 7A,7B.
func (t *turn) places(seats []string) string {
	var b strings.Builder
	last := ""
	for _, s := range seats {
		car, seat, ok := strings.Cut(s, " ")
		if ok && t.m == t.d.zh && car == "seat" {
			car = t.m.say("place.seat")
		} else if ok && t.m == t.d.zh && strings.HasPrefix(car, "car") {
			car = strings.TrimPrefix(car, "car") + t.m.say("place.car")
		} else if ok {
			car += " "
		}
		switch {
		case !ok:
			car, seat = "", s
			fallthrough
		case car != last || last == "":
			if b.Len() > 0 {
				b.WriteString(", ")
			}
			b.WriteString(car)
		default:
			b.WriteByte(',')
		}
		b.WriteString(seat)
		last = car
	}
	return b.String()
}

// of renders a template about an order. Pairs come before what the order says
// itself.
func (t *turn) of(o *booking.Order, key string, pairs ...string) string {
	return t.m.render(key, func(name string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return t.orderValue(o, name)
	})
}

// fareOf is the fare that an order bought; zero for one that kept none.
func fareOf(o *booking.Order) booking.Fare {
	if len(o.Trip.Fares) == 0 {
		return booking.Fare{}
	}
	return o.Trip.Fares[0]
}

func (t *turn) orderValue(o *booking.Order, name string) string {
	switch name {
	case "class":
		return t.class(fareOf(o).Class)
	case "seats":
		return itoa(o.Seats)
	case "price":
		return t.money(o.Price)
	case "refund":
		if o.Refund.Currency == "" {
			return t.money(o.Price)
		}
		return t.money(o.Refund)
	case "account":
		return t.account(o.Account)
	case "order":
		return o.Code
	case "until":
		return t.clock(o.Quote.Until)
	case "by":
		return t.clock(o.Quote.CodeEnds())
	case "code":
		return t.d.s.Code(o, o.Quote)
	case "board":
		if o.Trip.Kind == booking.Flight {
			return t.m.say("board.flight")
		}
		return t.m.say("board")
	case "places":
		return t.places(o.Places)
	case "names":
		return t.listOf(o.Passengers)
	case "seated":
		return t.seated(o)
	}
	if o.Wish != nil {
		if v := t.waitValue(o, name); v != "" {
			return v
		}
	}
	if v, ok := t.partValue(o, name); ok {
		return v
	}
	if v, ok := t.swapValue(o, name); ok {
		return v
	}
	return t.tripValue(&o.Trip, name)
}

// partValue is what templates about single seats of an order know.
func (t *turn) partValue(o *booking.Order, name string) (string, bool) {
	switch name {
	case "fare":
		return o.PriceOf(o.Leaving).Amount(), true
	case "fee":
		return o.Fee.Amount(), true
	case "kept":
		return t.money(o.Fee), true
	case "who":
		return t.people(going(o)), true
	case "whose":
		if o.Partly() {
			return t.people(going(o)), true
		}
		return t.m.say("seats.all", "n", itoa(o.Seats)), true
	case "seat":
		places, _ := going(o)
		return t.places(places), true
	case "gone":
		return t.people(gone(o)), true
	case "goneseat":
		places, _ := gone(o)
		return t.places(places), true
	case "stay":
		return t.people(o.Places, o.Passengers), true
	case "tickets":
		if o.Seats == 1 {
			return t.m.say("seats.one"), true
		}
		return t.m.say("seats.many", "n", itoa(o.Seats)), true
	}
	return "", false
}

// swapValue is what templates about a change know.
func (t *turn) swapValue(o *booking.Order, name string) (string, bool) {
	if o.Swap == nil {
		return "", false
	}
	s := o.Swap
	switch name {
	case "old":
		return s.Code, true
	case "oldnumber", "olddate", "oldtime":
		if old := t.replaced(o); old != nil {
			return t.tripValue(&old.Trip, name[len("old"):]), true
		}
		return "", true
	case "diff":
		d := o.Price.Minus(s.Credit)
		if d.Minor > 0 {
			return "+" + d.Amount(), true
		}
		return d.Amount(), true
	case "changefee":
		return s.Fee.Amount(), true
	case "charge":
		return t.money(o.Charge()), true
	case "toclass":
		if old := t.replaced(o); old != nil && fareOf(old).Class != fareOf(o).Class {
			return t.m.say("change.class", "class", t.class(fareOf(o).Class)), true
		}
		return "", true
	case "due", "settlement":
		key := map[bool]string{true: "change.", false: "changed."}[name == "due"]
		switch {
		case o.Charge().Minor > 0:
			return t.m.say(key+"pay", "amount", t.money(o.Charge()), "account", t.account(o.Account)), true
		case o.GiveBack().Minor > 0:
			return t.m.say(key+"back", "amount", t.money(o.GiveBack()), "account", t.account(o.Account)), true
		}
		return "", true
	}
	return "", false
}

// replaced is the order whose place this one takes or took, nil when it cannot be had.
func (t *turn) replaced(o *booking.Order) *booking.Order {
	if old := t.byID(o.Swap.Order); old != nil {
		return old
	}
	return t.past(booking.OrderRef{ID: o.Swap.Order})
}

func (t *turn) tripValue(trip *booking.Trip, name string) string {
	switch name {
	case "number":
		return trip.Number
	case "date":
		return t.day(booking.DateOf(trip.Dep.In(t.d.s.Loc)))
	case "time":
		return t.departure(trip.Dep)
	case "arrival":
		return t.departure(trip.Arr)
	case "from":
		return t.stop(trip.FromStop)
	case "to":
		return t.stop(trip.ToStop)
	}
	return ""
}

// shown makes what a customer typed fit to be repeated in an answer: a few
// plain characters, no secret.
func shown(text string) string {
	const most = 16
	text, _ = parser.Redact(text)
	var b strings.Builder
	n := 0
	for _, r := range text {
		switch {
		case n == most:
			return b.String() + ".."
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune("-/.' ", r):
			b.WriteRune(r)
			n++
		}
	}
	return strings.TrimSpace(b.String())
}
