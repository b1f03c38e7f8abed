package dialogue

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

// TestC04Limits: each limit is told once, with until when, and ends by itself.
func TestC04Limits(t *testing.T) {
	for name, c := range map[string]struct {
		minute, five, day int
		text, want        string
		ends              time.Duration
	}{
		"minute":    {6, 0, 0, "ORD", "This number sent more than 6 texts in a minute. We pause replies to 12:02. Held seats stay held.", 50 * time.Second},
		"day":       {0, 0, 6, "ORD", "This number sent more than 6 texts in a day. We pause replies to 24Nov 12:00. Held seats stay held.", 24*time.Hour - 10*time.Second},
		"minute zh": {6, 0, 0, "订单", "本号码1分钟内发送超过6条,暂停回复至12:02。已留座位不受影响。", 50 * time.Second},
		"day zh":    {0, 0, 6, "订单", "本号码一天内发送超过6条,暂停回复至11/24 12:00。已留座位不受影响。", 24*time.Hour - 10*time.Second},
		"longest":   {3, 6, 6, "ORD", "This number sent more than 3 texts in a minute. We pause replies to 12:02. Held seats stay held.", 50 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			s := settings()
			s.TextsPerMin, s.TextsPer5Min, s.TextsPerDay = c.minute, c.five, c.day
			w := newWorld(t, s)
			w.now = w.now.Add(30 * time.Second)
			first := max(c.minute, c.day)
			if c.minute > 0 {
				first = c.minute
			}
			for range first {
				w.text(c.text)
				require.Len(t, w.replies, 1)
				require.NotEqual(t, c.want, w.replies[0].Text)
				require.True(t, w.ch.Silent.IsZero())
			}
			w.now = w.now.Add(10 * time.Second)
			w.text(c.text)
			require.Equal(t, c.want, w.replies[0].Text)
			require.True(t, w.ch.Noticed)
			require.WithinDuration(t, w.now.Add(c.ends), w.ch.Silent, 0)
			w.text(c.text)
			require.Empty(t, w.replies)
			require.False(t, w.ch.Noticed)
			w.now = w.now.Add(c.ends)
			w.text(c.text)
			require.Len(t, w.replies, 1)
		})
	}
}

// A longer limit that was passed in the silence of a shorter one is told when that
// has ended, once.
func TestC04LongerLimitIsToldAfterwards(t *testing.T) {
	s := settings()
	s.TextsPerMin, s.TextsPer5Min = 3, 6
	w := newWorld(t, s)
	told := 0
	for range 40 {
		w.text("ORD")
		if w.ch.Noticed {
			told++
		}
		w.now = w.now.Add(5 * time.Second)
	}
	require.Equal(t, 2, told)
}

// The first text beyond the limit is told that there is a pause; a code, which is answered
// there, leaves that to the next.
func TestC04CodeLeavesTheNotice(t *testing.T) {
	w := newWorld(t, settings())
	w.text("BOOK G5 5DEC 1 6222021234567894")
	for range settings().TextsPer5Min - 1 {
		w.text("ORD")
	}
	require.Len(t, w.replies, 1)
	w.text("Y 000000")
	require.Len(t, w.replies, 1)
	require.False(t, w.ch.Noticed)
	for _, want := range []bool{true, false} {
		w.text("ORD")
		require.Equal(t, want, w.ch.Noticed)
	}
	require.Empty(t, w.replies)
}

// TestC04CodeInSilence: seats that are held can be paid for in silence. What is no
// right code is a guess there too, and all of it is little.
func TestC04CodeInSilence(t *testing.T) {
	silent := func() *world {
		w := newWorld(t, settings())
		w.text("REG Zhang Wei 11010519491231002X")
		w.text("BOOK G5 5DEC 1 6222021234567894")
		for range 40 {
			w.text("ORD")
		}
		require.Empty(t, w.replies)
		return w
	}
	w := silent()
	w.text(w.fill("Y {code}"))
	require.Contains(t, w.replies[0].Text, "PAID")
	require.Equal(t, booking.Issued, w.last().State)
	w.text("ORD")
	require.Empty(t, w.replies)
	w.text(w.fill("Y {code}"))
	require.Empty(t, w.replies, "nothing waits for it any more")

	w = silent()
	answers := 0
	for i := range 100 {
		w.text(fmt.Sprintf("Y %06d", i))
		answers += len(w.replies)
	}
	require.Equal(t, quietLimit, answers)
	require.Len(t, w.c.Guesses, quietLimit)
	require.False(t, w.last().Charged)
}

// TestC04ReplyBudget says what one number can make us send: in a day as many answers
// as the limit of the day has texts, and one notice; in five minutes likewise; and
// codes of quotes in silence, a few in an hour. What orders bring later
// (a ticket, an expiry) is for orders, whose number has limits of its own.
func TestC04ReplyBudget(t *testing.T) {
	for seed := range 4 {
		r := rand.New(rand.NewPCG(uint64(seed), 4))
		s := settings()
		s.TextsPerMin, s.TextsPer5Min, s.TextsPerDay = 12, 30, 300
		w := newWorld(t, s)
		start := w.now
		texts := []string{"ORD", "Q BEIJING SHANGHAI 5DEC", "HELP", "帮助", "qwe zxc", "BOOK G5 5DEC 1", "N", "Y 123456", "REG Zhang Wei 11010519491231002X", "M"}
		day, five, window := 0, 0, w.now
		for w.now.Before(start.Add(24 * time.Hour)) {
			if seed%2 == 0 && r.IntN(4) == 0 { // a part of a long text whose rest never comes
				if w.d.LostPart(&w.c, 2, w.now) != "" {
					day++
					five++
				}
			} else {
				w.text(texts[r.IntN(len(texts))])
				for _, m := range w.replies {
					if m.Cause != 0 && !m.Notice {
						day++
						five++
					}
				}
			}
			w.now = w.now.Add(time.Duration(r.IntN(40)) * time.Second)
			if w.now.Sub(window) >= 5*time.Minute {
				// Windows begin with a text: five minutes meet two of them.
				require.LessOrEqual(t, five, 2*(30+1+1)+quietLimit)
				five, window = 0, w.now
			}
		}
		require.LessOrEqual(t, day, 300+1+24*quietLimit)
		require.Greater(t, day, 250, "it was not a flood")
	}
}

// TestC04LostParts: parts of long texts whose rest never comes count as texts, since
// each is answered.
func TestC04LostParts(t *testing.T) {
	s := settings()
	s.TextsPer5Min = 5
	w := newWorld(t, s)
	var said []string
	for range 20 {
		if text := w.d.LostPart(&w.c, 2, w.now); text != "" {
			said = append(said, text)
		}
	}
	require.Len(t, said, 6)
	require.Contains(t, said[4], "Part 2 of your long message")
	require.Equal(t, "This number sent more than 5 texts in 5 min. We pause replies to 12:05. Held seats stay held.", said[5])
	w.text("ORD")
	require.Empty(t, w.replies)
}
