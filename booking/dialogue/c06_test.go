package dialogue

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/parser"
)

// TestC06AMillionGuesses has attackers send a million codes through the engine and the
// dialogue, with no limit but those on codes. What is looked at is read off the
// answers: five tries an order, ten a number in any hour, and as many hits as a code
// of six digits allows.
func TestC06AMillionGuesses(t *testing.T) {
	const gangs, guesses = 4, 1_000_000
	found := make([]*gang, gangs)
	var wg sync.WaitGroup
	for i := range gangs {
		found[i] = newGang(t, guessing(6), uint64(i), 250)
		wg.Add(1)
		go func() {
			defer wg.Done()
			found[i].attack(guesses / gangs)
		}()
	}
	wg.Wait()
	all := found[0]
	for _, g := range found[1:] {
		all.join(g)
	}
	require.Empty(t, all.faults())
	require.Equal(t, guesses, all.sent)
	require.Greater(t, all.looked, guesses/10, "too few were looked at to tell")
	require.Greater(t, len(all.tries), all.looked/10)
	t.Logf("%d guesses, %d looked at on %d orders and questions, %d hits", all.sent, all.looked, len(all.tries), all.hits)
}

// The same attackers and the same check find each of the faults that the limits could have.
func TestC06TheCheckFindsFaults(t *testing.T) {
	for name, c := range map[string]struct {
		plant func(*gang)
		want  string
	}{
		"no limit an order":  {func(g *gang) { g.x.s.CodeTries = math.MaxInt; g.x.start() }, "tries on"},
		"no limit an hour":   {func(g *gang) { g.x.s.CodesPerHour = math.MaxInt; g.x.start() }, "in an hour"},
		"a code of 2 digits": {func(g *gang) { g.space = 100; g.x.s.Code = guessing(2).Code; g.x.start() }, "hits"},
		"a new code forgives": {func(g *gang) {
			g.x.keep = func(before, after *booking.Order, _ *booking.Customer) {
				if after.Quote.Gen > before.Quote.Gen {
					after.Quote.Tries = 0
				}
			}
		}, "tries on"},
		"an hour's end forgives": {func(g *gang) {
			g.x.keep = func(_, _ *booking.Order, c *booking.Customer) {
				if len(c.Guesses) > 0 && g.x.now.Minute() == 0 {
					c.Guesses = nil
				}
			}
		}, "in an hour"},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGang(t, guessing(6), 99, 35)
			c.plant(g)
			g.attack(12_000)
			require.NotEmpty(t, g.faults())
			require.Contains(t, g.faults()[0], c.want)
		})
	}
}

// guessing are settings without any other limit, and codes of so many random digits.
func guessing(digits int) Settings {
	s := settings()
	s.PayByPhone, s.TextsPer5Min, s.UnpaidHolds, s.OpenQuotes = true, 0, 0, 0
	space := uint64(math.Pow10(digits))
	s.Code = func(o *booking.Order, q booking.Quote) string {
		return sixDigits(mixed(uint64(o.ID), uint64(o.Customer), uint64(q.For), uint64(q.Gen), uint64(o.Price.Minor)) % space)
	}
	s.CustomerCode = func(m booking.MSISDN, purpose string, content []byte, gen int) string {
		return sixDigits(mixed(uint64(m), uint64(len(purpose)), uint64(len(content)), uint64(gen)) % space)
	}
	return s
}

// mixed is a function of numbers that nobody guesses (the finalizer of SplitMix64).
func mixed(numbers ...uint64) (h uint64) {
	for _, n := range numbers {
		h += n + 0x9e3779b97f4a7c15
		h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}

func sixDigits(n uint64) string {
	var b [6]byte
	for i := range b {
		b[5-i], n = byte('0'+n%10), n/10
	}
	return string(b[:])
}

// gang is attackers with phones of their own, and what was seen of their guesses.
type gang struct {
	x      *trial
	r      *rand.Rand
	phones []booking.MSISDN
	quota  int // guesses of one phone at a time
	next   uint64
	space  uint64 // codes are less

	sent, looked, hits int
	tries              map[string]int // of an order, or of a phone's own question
	times              map[booking.MSISDN][]time.Time
	since              map[booking.MSISDN][2]time.Time // when the tries on a phone's own data began, and the last of them
	worst              []string
}

func newGang(t testing.TB, s Settings, seed uint64, phones int) *gang {
	g := &gang{x: newTrial(t, s), r: rand.New(rand.NewPCG(6, seed)), quota: 55, space: 1_000_000, tries: map[string]int{}, times: map[booking.MSISDN][]time.Time{},
		since: map[booking.MSISDN][2]time.Time{}}
	for i := range phones {
		m := booking.MSISDN(8613800000000 + int64(seed)*100_000 + int64(i))
		g.phones = append(g.phones, m)
		g.x.text(m, "REG Zhang Wei 11010519491231002X")
	}
	return g
}

// attack sends so many guesses: round after round, an hour and more between them.
func (g *gang) attack(guesses int) {
	ways := []func(booking.MSISDN, int){g.sequential, g.random, g.newQuotes, g.endOfLife, g.ownData, g.tickets, g.others}
	for guesses += g.sent; g.sent < guesses; {
		for i, m := range g.phones {
			n := min(g.quota, guesses-g.sent)
			ways[i%len(ways)](m, min(n, enough))
			g.guessOn(m, n-min(n, enough))
		}
		g.x.now = g.x.now.Add(time.Hour)
		for m, times := range g.times { // what no hour can have any more
			if len(times) > 0 && g.x.now.Sub(times[len(times)-1]) > time.Hour {
				delete(g.times, m)
			}
		}
	}
}

// guess sends one code, by the whole way of a text.
func (g *gang) guess(m booking.MSISDN, text string) {
	debits := g.x.debits
	said := g.x.text(m, text)
	if g.sent++; len(said) > 0 {
		g.read(m, said[len(said)-1].Text, g.x.debits > debits)
	}
}

// guessOn sends the rest of n codes. None of them should be looked at, so that each is
// a turn alone: an answer to one that is counts like any other.
func (g *gang) guessOn(m booking.MSISDN, n int) {
	for range n {
		said := g.x.decide(m, parser.Command{Verb: parser.Confirm, Code: g.any(), Lang: parser.English})
		if g.sent++; len(said) > 0 {
			g.read(m, said[0].Text, false)
		}
	}
}

// read reads off an answer what became of a guess.
func (g *gang) read(m booking.MSISDN, answer string, paid bool) {
	var on []string
	switch rest, wrong := strings.CutPrefix(answer, "Wrong code"); {
	case paid, strings.HasPrefix(answer, "Cancelled"), strings.HasPrefix(answer, "Saved"), strings.HasPrefix(answer, "Your ID is"):
		g.hits++
		g.looked++
		return
	case !wrong:
		return
	case strings.Contains(rest, " (") && strings.Contains(rest, ")"):
		since := g.since[m]
		if g.x.now.Sub(since[1]) >= time.Hour { // what was closed is open again
			since[0] = g.x.now
		}
		since[1] = g.x.now
		g.since[m] = since
		on = []string{fmt.Sprintf("own data of %s since %s", m, since[0])}
	default:
		for _, code := range orderCodesIn(rest) {
			on = append(on, g.named(m, code))
		}
	}
	g.looked++
	for _, name := range on {
		if g.tries[name]++; g.tries[name] == 6 {
			g.worst = append(g.worst, "6 tries on "+name)
		}
	}
	times := append(g.times[m], g.x.now)
	if g.times[m] = times; len(times) > 10 && g.x.now.Sub(times[len(times)-11]) < time.Hour {
		g.worst = append(g.worst, fmt.Sprintf("11 looked at in an hour for %s", m))
	}
}

// named tells the newest of a phone's orders with that code from all others.
func (g *gang) named(m booking.MSISDN, code string) string {
	var newest booking.OrderID
	for id, o := range g.x.phones[m].orders {
		if o.Code == code {
			newest = max(newest, id)
		}
	}
	return fmt.Sprintf("%s of %s, %d", code, m, newest)
}

// orderCodesIn are the orders that an answer names.
func orderCodesIn(answer string) (codes []string) {
	for _, word := range strings.FieldsFunc(answer, func(r rune) bool { return r == ' ' || r == ',' || r == '.' }) {
		if len(word) == 5 && strings.ContainsAny(word, "23456789") && strings.Trim(word, "23456789ABCDEFGHJKMNPQRSTVWXYZ") == "" {
			codes = append(codes, word)
		}
	}
	return codes
}

// order books, whether it may or not, and returns the order's code.
func (g *gang) order(m booking.MSISDN) string {
	said := g.x.text(m, []string{"BOOK G5 5DEC 1", "BOOK G7 5DEC 1", "BOOK G1 5DEC 2"}[g.r.IntN(3)])
	if len(said) == 0 {
		return ""
	}
	_, code, _ := strings.Cut(said[len(said)-1].Text, " Order ")
	return code
}

func (g *gang) any() string { return sixDigits(g.r.Uint64N(g.space)) }

// enough is how many guesses of a phone can be looked at at a time, and some more: beyond
// them it does nothing but guess.
const enough = 12

// sequential tries one number after another on one order after another.
func (g *gang) sequential(m booking.MSISDN, n int) {
	for i := range n {
		if i%5 == 0 {
			g.order(m)
		}
		g.next++
		g.guess(m, "Y "+sixDigits(g.next%g.space))
	}
}

// random tries any number, as a bare one too, on several orders at once.
func (g *gang) random(m booking.MSISDN, n int) {
	for i := range n {
		if i < 2 || i%5 == 0 {
			g.order(m)
		}
		g.guess(m, []string{"Y ", ""}[g.r.IntN(2)]+g.any())
	}
}

// newQuotes asks for a new code before every try.
func (g *gang) newQuotes(m booking.MSISDN, n int) {
	order := ""
	for i := range n {
		if i%5 == 0 {
			order = g.order(m)
		}
		g.x.text(m, "PAY "+order+[]string{" 6222021234567894", " 4000000000000002"}[i%2])
		g.guess(m, "Y "+g.any())
	}
}

// endOfLife tries before and after the end of a code, and has it renewed.
func (g *gang) endOfLife(m booking.MSISDN, n int) {
	order := g.order(m)
	for i := range n {
		switch i {
		case 0:
			g.x.now = g.x.now.Add(10*time.Minute - time.Second)
		case 2:
			g.x.now = g.x.now.Add(2 * time.Second)
		case 4, 6:
			g.x.text(m, "ORD "+order) // a new code
		case 5:
			order = g.order(m)
		}
		g.guess(m, "Y "+g.any())
	}
}

// ownData has its own data asked about again and again.
func (g *gang) ownData(m booking.MSISDN, n int) {
	for i := range n {
		g.x.text(m, []string{"SET ID E12345678", "CARD ADD 6222021234567894", "FORGET ME"}[i%3])
		g.guess(m, "Y "+g.any())
	}
}

// tickets tries the codes of cancels. The first ticket is bought with the right code.
func (g *gang) tickets(m booking.MSISDN, n int) {
	order := g.order(m)
	for _, o := range g.x.phones[m].orders {
		if o.Code == order {
			g.x.text(m, "Y "+g.x.s.Code(o, o.Quote))
		}
	}
	for i := range n {
		if i%3 == 0 {
			g.x.text(m, "N "+order)
			g.x.text(m, "CXL "+order)
		}
		g.guess(m, "Y "+g.any())
	}
}

// others tries codes of another phone's order.
func (g *gang) others(m booking.MSISDN, n int) {
	victim := g.phones[0]
	order := g.order(victim)
	for range n {
		g.guess(m, "Y "+g.any()+" "+order)
	}
}

func (g *gang) join(o *gang) {
	g.sent, g.looked, g.hits = g.sent+o.sent, g.looked+o.looked, g.hits+o.hits
	for name, n := range o.tries {
		g.tries[name] += n
	}
	g.worst = append(g.worst, o.worst...)
}

// faults are what the guesses show that the limits should not allow. Hits are as many as
// six digits give with a chance of more than one in a million: a hit for a million codes
// looked at, which at five an order is 5e-6 per order.
func (g *gang) faults() []string {
	if most := mostHits(float64(g.looked) / 1e6); g.hits > most {
		return append(g.worst, fmt.Sprintf("%d hits of %d looked at, at most %d are chance", g.hits, g.looked, most))
	}
	return g.worst
}

// mostHits is the least n of which a Poisson variable of that mean is greater only once
// in a million times.
func mostHits(mean float64) (n int) {
	p := math.Exp(-mean)
	for sum := p; 1-sum > 1e-6; sum += p {
		n++
		p *= mean / float64(n)
	}
	return n
}
