package dialogue

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// carding is a trial whose bank refuses what is stolen and notes when it was asked.
type carding struct {
	*trial
	asked map[string][]time.Time // by the number of the account
	texts map[string]bool        // of refusals, without what differs by order and account
}

func newCarding(t *testing.T, perAccount, perBIN int) *carding {
	s := settings()
	s.TextsPer5Min, s.UnpaidHolds, s.OpenQuotes = 0, 0, 0
	c := &carding{trial: newTrial(t, s), asked: map[string][]time.Time{}, texts: map[string]bool{}}
	c.limit(perAccount, perBIN)
	c.pays = func(r booking.DebitRequest) booking.Outcome[booking.Charge] {
		number := string(r.Account.Sealed) // the trial's vault seals nothing
		c.asked[number] = append(c.asked[number], c.now)
		switch {
		case strings.HasSuffix(number, "9"):
			return booking.IsRefused[booking.Charge](booking.ReasonAccount)
		case strings.HasSuffix(number, "8"):
			return booking.IsRefused[booking.Charge](booking.ReasonDeclined)
		}
		return booking.IsDone(booking.Charge{Ref: r.Key, Amount: r.Amount})
	}
	return c
}

func (c *carding) limit(perAccount, perBIN int) {
	c.e.AccountDeclines, c.e.BINDeclines = perAccount, perBIN
}

// card is the n-th number that begins with bin, ends with last, and passes its check.
func card(bin string, n int, last byte) string {
	for middle := 0; ; middle++ {
		number := fmt.Sprintf("%s%07d%02d%c", bin, n, middle, last)
		sum := 0
		for i := range number {
			d := int(number[len(number)-1-i] - '0')
			if i%2 == 1 {
				if d *= 2; d > 9 {
					d -= 9
				}
			}
			sum += d
		}
		if sum%10 == 0 {
			return number
		}
	}
}

var particulars = regexp.MustCompile(`card\*[0-9]{4}( \(C[0-9]+\))?|[0-9]{2}:[0-9]{2}|\b[2-9A-Z]{5}\b`)

// try books with a card from a phone and confirms; it tells whether a ticket was paid.
func (c *carding) try(m booking.MSISDN, number string) bool {
	if row := c.phones[m]; row == nil {
		c.text(m, "REG Zhang Wei 11010519491231002X")
	}
	text := c.answer(m, "BOOK G5 5DEC 1 "+number)
	_, order, _ := strings.Cut(text, " Order ")
	_, code, ok := strings.Cut(text, "Reply Y ")
	require.True(c.t, ok, text)
	said := c.text(m, "Y "+code[:6])
	text = said[len(said)-1].Text
	if strings.HasPrefix(text, "PAID") {
		return true
	}
	require.Contains(c.t, text, "Bank refused")
	c.texts[particulars.ReplaceAllString(text, "")] = true
	c.text(m, "N "+order)
	return false
}

// most is how often the bank was asked about such accounts in one window, at most.
func (c *carding) most(of func(number string) bool, window time.Duration) (most int) {
	var all []time.Time
	for number, times := range c.asked {
		if of(number) {
			all = append(all, times...)
		}
	}
	for _, from := range all {
		n := 0
		for _, at := range all {
			if d := at.Sub(from); d >= 0 && d < window {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

const (
	oneBIN = "622202"
	phones = booking.MSISDN(8613800200000)
)

// One stolen card from hundreds of phones: the bank is asked five times in any day, and
// what the others read is what the first ones read. A start anew forgets nothing.
func TestC07OneCardManyPhones(t *testing.T) {
	attack := func(perAccount int) *carding {
		c := newCarding(t, perAccount, 0)
		number := card(oneBIN, 1, '8')
		for i := range 300 {
			require.False(t, c.try(phones+booking.MSISDN(i), number))
			c.now = c.now.Add(10 * time.Minute)
			if i%50 == 49 {
				c.start()
				c.limit(perAccount, 0)
			}
		}
		return c
	}
	all := func(string) bool { return true }
	c := attack(5)
	require.Equal(t, 5, c.most(all, booking.AccountWindow))
	require.Len(t, c.texts, 1, "a refusal of ours reads like the bank's")
	require.True(t, c.try(phones+1000, card(oneBIN, 2, '1')), "another account pays")
	require.Equal(t, 144, attack(0).most(all, booking.AccountWindow), "without a limit the check finds more")
}

// Many stolen cards of one bank from many phones: the bank is asked twenty times an hour.
// Accounts that have paid, and other banks', go on all the while; a new account of the
// bank can pay an hour after the attack.
func TestC07ManyCardsOfOneBIN(t *testing.T) {
	honest := phones + 5000
	attack := func(perBIN int) (c *carding, lockedOut int) {
		c = newCarding(t, 5, perBIN)
		require.True(t, c.try(honest, card(oneBIN, 9000, '1')))
		require.True(t, c.try(honest+1, card("400000", 9000, '1')))
		for i := range 600 {
			c.try(phones+booking.MSISDN(i), card(oneBIN, i, "89"[i%2]))
			c.now = c.now.Add(20 * time.Second)
			if i%20 == 19 {
				require.True(t, c.try(honest, card(oneBIN, 9000, '1')), "it has paid before")
				require.True(t, c.try(honest+1, card("400000", i, '1')), "another bank's")
				if !c.try(honest+booking.MSISDN(2+i), card(oneBIN, 10_000+i, '1')) {
					lockedOut++
				}
			}
			if i == 300 {
				c.start()
				c.limit(5, perBIN)
			}
		}
		return c, lockedOut
	}
	stolen := func(number string) bool {
		return strings.HasPrefix(number, oneBIN) && strings.ContainsAny(number[len(number)-1:], "89")
	}
	c, lockedOut := attack(20)
	require.Equal(t, 20, c.most(stolen, booking.BINWindow))
	require.Len(t, c.texts, 1)
	require.NotZero(t, lockedOut, "the price: new accounts of that bank wait during the attack")
	c.now = c.now.Add(booking.BINWindow)
	require.True(t, c.try(honest+1, card(oneBIN, 20_000, '1')), "an hour later they pay")
	c, lockedOut = attack(0)
	require.Equal(t, 180, c.most(stolen, booking.BINWindow), "without a limit the check finds more")
	require.Zero(t, lockedOut)
}

// A bank with many customers has many declines: its new accounts are not held up while
// more of them pay.
func TestC07HonestDeclinesHoldNobodyUp(t *testing.T) {
	c := newCarding(t, 5, 20)
	for i := range 400 {
		last := byte('1')
		if i%4 == 3 { // one in four has no money
			last = '8'
		}
		require.Equal(t, last == '1', c.try(phones+booking.MSISDN(i), card(oneBIN, i, last)), i)
		c.now = c.now.Add(time.Second)
	}
	require.Zero(t, c.e.Stats.Withheld.Load())
}

// What is under way counts as if it were refused: phones that pay with one card at once
// get no more of the bank than one after another.
func TestC07AllAtOnce(t *testing.T) {
	c := newCarding(t, 5, 0)
	number := card(oneBIN, 1, '8')
	var codes []string
	for i := range 40 {
		m := phones + booking.MSISDN(i)
		c.text(m, "REG Zhang Wei 11010519491231002X")
		_, code, _ := strings.Cut(c.answer(m, "BOOK G5 5DEC 1 "+number), "Reply Y ")
		codes = append(codes, code[:6])
	}
	inner, depth := c.pays, 0
	c.pays = func(r booking.DebitRequest) booking.Outcome[booking.Charge] {
		if depth++; depth < len(codes) { // the next one confirms before this one is answered
			c.text(phones+booking.MSISDN(depth), "Y "+codes[depth])
		}
		return inner(r)
	}
	c.text(phones, "Y "+codes[0])
	require.Len(t, c.asked[number], 5)
	require.EqualValues(t, 1, c.e.Stats.Withheld.Load(), "the sixth waited for nobody")
}

// Neither a number nor its first digits are in what is kept of uses.
func TestC07UsesNameNobody(t *testing.T) {
	c := newCarding(t, 5, 20)
	number := card(oneBIN, 1, '8')
	c.try(phones, number)
	require.Len(t, c.uses, 1)
	kept := fmt.Sprintf("%+v", c.uses)
	for _, secret := range []string{number, number[:6], number[len(number)-4:], phones.String()} {
		require.NotContains(t, strings.ReplaceAll(kept, c.uses[0].At.String(), ""), secret)
	}
}
