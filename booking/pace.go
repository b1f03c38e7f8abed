package booking

import (
	"errors"
	"time"
	"unicode"
)

// ErrPace means that a phone, or the numbers of a prefix, send faster than we
// take it: the text was not stored, the carrier keeps it (ESME_RX_T_APPN).
var ErrPace = errors.New("texts come faster than they are taken")

// Pace is how fast texts are taken; 0 is no bound.
//
// What it bounds must not wait for time to pass: a text that waits keeps its
// deliver_sm unanswered, and a carrier has ten to a hundred of them under way for
// all its phones. One phone would hold five of them for seconds, and ten phones the
// whole bind. So a text beyond its pace is either taken now, behind every text
// that is within its own, which costs nobody else anything, or refused at once:
// when its phone has enough under way already, which is one text for a customer in
// silence, and while the store can hardly keep up with the others. What is refused
// is not lost: its carrier delivers it again. It may then come after later texts of
// its phone, but whatever spends money takes a code. Not all that a customer in silence
// sends is refused, though nothing is answered: his carrier would keep it, and deliver
// it when the silence has ended, as if he still meant it.
type Pace struct {
	PerSecond int // texts of one phone
	Burst     int // texts of one phone at once; 1 at least
	PerPrefix int // texts a second of all phones of a prefix while others text too; five seconds of it at once
}

// burstOfPrefix is what a prefix may send at once, in seconds of its pace.
const burstOfPrefix = 5

// prefixOf is the prefix of a number: all but its last four digits, the block of ten
// thousand that numbering plans give out. Who floods has neighbouring numbers more
// easily than many prefixes.
func prefixOf(m MSISDN) MSISDN { return m / 10_000 }

// bucket is a token bucket: the Unix time in nanoseconds when it is full again.
type bucket int64

// has tells whether a token is there, of perSecond that come and burst that it holds.
func (b *bucket) has(now int64, perSecond, burst int) bool {
	every := int64(time.Second) / int64(perSecond)
	most := int64(max(burst, 1)) * every
	if int64(*b)-now > most { // the clock was set back
		*b = 0
	}
	return int64(*b)-now <= most-every
}

// take takes a token; when none is there the bucket stays empty.
func (b *bucket) take(now int64, perSecond, burst int) {
	every := int64(time.Second) / int64(perSecond)
	*b = min(max(*b, bucket(now))+bucket(every), bucket(now+int64(max(burst, 1))*every))
}

// carriesCode tells whether a text may be the confirmation of a quote, cheaply:
// it is short and has six digits.
func carriesCode(text string) bool {
	const longest = 64 // octets
	if len(text) > longest {
		return false
	}
	digits := 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits == 6
}
