package parser

import "strings"

// Kind is a kind of service that is wished for.
type Kind uint8

// Kinds of services.
const (
	AnyKind Kind = iota
	Trains
	Buses
	Flights
)

// String returns the word customers are taught, empty for AnyKind.
func (k Kind) String() string { return [...]string{"", "TRAIN", "BUS", "FLY"}[k] }

// Sort is the order of a list.
type Sort uint8

// Orders of a list.
const (
	ByDeparture Sort = iota
	ByPrice          // cheapest first
)

// kindWords name kinds: 高铁票 and TRAIN are wishes for one. Those that are
// verbs too (TRAIN, FLY, 航班) say both. Alone or beside what is wished for they count, in talk not.
var kindWords = [...]string{
	Trains:  "train trains railway rail 火车 高铁 动车 列车 火车票 高铁票 动车票 动车组 城际 车次",
	Buses:   "bus buses coach coaches 汽车 大巴 巴士 客车 长途车 长途汽车 班车 汽车票 大巴票 客车票 巴士票",
	Flights: "fly flight flights flying plane planes airplane 飞机 航班 机票 飞机票 班机 航空 飞",
}

// kindOf is the kind that a word names.
var kindOf = func() map[string]Kind {
	m := make(map[string]Kind)
	for k, words := range kindWords {
		for w := range strings.FieldsSeq(words) {
			m[w] = Kind(k)
		}
	}
	return m
}()

// Words of prices and arrivals.
const (
	cheapWords  = "cheap cheapest cheaper lowest 最便宜 便宜 便宜的 最便宜的 便宜点 便宜些 最低价 低价 价格最低 票价最低"
	underWords  = "under below within less 不超过 低于 不高于 少于 预算 最多花"
	arriveWords = "arrive arrives arriving arrival 到达 抵达 到站"
)

// kind records the kind of service wished for; the first one said counts, and
// one that is not wished for says nothing.
func (r *reader) kind(k Kind, start, end int) {
	if r.takes&sWish == 0 || r.cmd.Kind != AnyKind || k == AnyKind || r.refuses(start) {
		return
	}
	r.cmd.Kind = k
	r.why(start, end, "kind", k.String())
}

// refuses tells whether a no stands before a kind: 不坐飞机, NO FLIGHTS, NOT BY BUS.
func (r *reader) refuses(start int) bool {
	before := strings.TrimRight(r.fold[:start], " ")
	for _, w := range []string{"坐", "乘", "要", "想", " by", " the", " a"} {
		before = strings.TrimRight(strings.TrimSuffix(before, w), " ")
	}
	for _, no := range []string{"不", "别", "非", " no", " not", " without"} {
		if strings.HasSuffix(" "+before, no) {
			return true
		}
	}
	return false
}

// lexWishes takes the words of prices and arrivals, where the verb lists trips.
func (r *reader) lexWishes(l lexWord, start, end int, take func()) bool {
	if r.takes&sWish == 0 {
		return false
	}
	if l.kind == lexUnder && !r.amountNext() {
		return false
	}
	take()
	switch l.kind {
	case lexCheap:
		r.cmd.Sort = ByPrice
		r.why(start, end, "order", "cheapest first")
	case lexUnder:
		r.limit = lexUnder
	case lexArrive:
		r.arriveBy(start, end)
	}
	return true
}

// amountNext tells whether an amount stands behind the word at the cursor,
// THAN and a currency apart.
func (r *reader) amountNext() bool {
	if p := &r.p[r.i]; p.kind == han {
		l, n := hanWord(p.fold)
		if l.kind != lexUnder || n < len(p.fold) {
			_, size := hanNumber(p.fold[n:])
			return size > 0
		}
	}
	for i := r.i + 1; i < len(r.p) && i <= r.i+3; i++ {
		switch p := &r.p[i]; {
		case p.kind == digits:
			return len(p.fold) <= 5 && !(i+1 < len(r.p) && r.p[i+1].kind == letters && r.p[i+1].sep == 0 && lexicon[r.p[i+1].fold].kind == lexMonth)
		case p.kind != letters || p.fold != "than" && !currency[p.fold]:
			return false
		}
	}
	return false
}

// currency are words beside an amount.
var currency = wordSet("cny rmb yuan usd dollars dollar eur euro euros hkd")

// price records the most that a seat may cost.
func (r *reader) price(n, start, end int) {
	r.limit = 0
	if r.takes&sWish == 0 || n == 0 || r.cmd.MaxPrice != 0 {
		r.leave(start, end, leftOther)
		return
	}
	r.cmd.MaxPrice = n
	r.why(start, end, "highest price", "")
}

// hanPrice reads 500元以内, 500以下 behind the number n.
func (r *reader) hanPrice(n, start, end int) bool {
	if r.takes&sWish == 0 || n < 1 {
		return false
	}
	s := r.hanHere()
	rest := s
	for _, unit := range []string{"元钱", "块钱", "元", "块"} {
		if t, ok := strings.CutPrefix(rest, unit); ok {
			rest = t
			break
		}
	}
	limited := false
	for _, w := range []string{"以内", "以下", "之内", "之下", "内"} {
		if t, ok := strings.CutPrefix(rest, w); ok {
			rest, limited = t, true
			break
		}
	}
	if !limited && r.limit != lexUnder || len(rest) == len(s) {
		return false
	}
	r.trim(len(s) - len(rest))
	r.price(n, start, end+len(s)-len(rest))
	return true
}

// arriveBy notes that the time behind the cursor is of the arrival: the latest
// one when it is a number.
func (r *reader) arriveBy(start, end int) {
	r.arrive = true
	if r.i < len(r.p) && r.p[r.i].kind == digits && r.timeNext() {
		r.limit = lexBefore
	}
	r.why(start, end, "arrival", "")
}

// timeNext tells whether the number at the cursor can be a time of day and is
// no part of a date.
func (r *reader) timeNext() bool {
	p := &r.p[r.i]
	if len(p.fold) > 4 {
		return false
	}
	if r.i+1 == len(r.p) {
		return true
	}
	next := &r.p[r.i+1]
	switch next.kind {
	case letters:
		l := lexicon[next.fold]
		return next.sep != 0 && l.kind != lexMonth && l.kind != lexUnit || next.fold == "am" || next.fold == "pm"
	case han:
		return next.sep != 0 || !strings.HasPrefix(next.fold, "月") && !strings.HasPrefix(next.fold, "号") && !strings.HasPrefix(next.fold, "日")
	case digits:
		return next.sep == ':' || next.sep == ' '
	}
	return true
}

// byTime reads BY outside WAIT: the time behind it is the latest arrival.
func (r *reader) byTime(start, end int) {
	if r.takes&sWish != 0 && r.i < len(r.p) && r.p[r.i].kind == digits && r.timeNext() {
		r.arriveBy(start, end)
	}
}

// hanArrival reads what makes a Chinese time one of arrival: 18点前到, 18点到达.
// 北京18点到上海 departs then.
func (r *reader) hanArrival() {
	if r.takes&sWish == 0 || r.cmd.Verb == Wait {
		return
	}
	const to = "到"
	start := r.hereEnd()
	switch s := r.hanHere(); {
	case r.accept("到达", "抵达", "到站"):
	case strings.HasPrefix(s, to) && (r.limit != 0 || !r.placeBehind(s[len(to):])):
		r.trim(len(to))
		r.mark = lexTo
	default:
		return
	}
	if r.limit == 0 {
		r.limit = lexBefore
	}
	r.arrive = true
	r.cmd.Why = append(r.cmd.Why, Reading{Word: r.clean[start:r.hereEnd()], Rule: "arrival"})
}

// placeBehind tells whether a place starts s, or the next word when s is empty.
func (r *reader) placeBehind(s string) bool {
	if s == "" && r.i+1 < len(r.p) && r.p[r.i+1].kind == han {
		s = r.p[r.i+1].fold
	}
	if r.ctx.Places == nil || s == "" {
		return false
	}
	_, n := r.ctx.Places.HanPrefix(s)
	return n > 0
}
