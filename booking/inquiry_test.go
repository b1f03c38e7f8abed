package booking

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fakeInquirer asks again after an hour, of messages younger than a day.
type fakeInquirer struct {
	asked []Inquiry
	done  []func(Standing)
	away  bool
}

func (f *fakeInquirer) NextInquiry(q *Inquiry, now time.Time) time.Time {
	if now.Sub(q.At) > 24*time.Hour {
		return time.Time{}
	}
	return now.Add(time.Hour)
}

func (f *fakeInquirer) Inquire(q *Inquiry, done func(Standing)) bool {
	if f.away {
		return false
	}
	f.asked, f.done = append(f.asked, *q), append(f.done, done)
	return true
}

func TestInquiries(t *testing.T) {
	r := newRig(t, newMemStore())
	ask := &fakeInquirer{}
	r.Inquirer = ask
	now := r.clock.now
	mt := func(id int64, age time.Duration) MT {
		return MT{ID: id, MSISDN: 8613800138001, Link: "a", From: Address{Addr: "12345"}, Receipt: true, At: now.Add(-age)}
	}
	about := func(list ...MT) []Asked {
		r.clock.now = r.clock.now.Add(inquireEvery)
		for _, m := range list {
			r.store.inquiries = append(r.store.inquiries, Inquiry{MT: m, MessageID: "m", Wire: "w"})
		}
		r.store.asked = nil
		require.NoError(t, r.Tick(context.Background()))
		return r.store.asked
	}
	again := mt(2, time.Minute)
	again.Again = true
	reply := mt(3, time.Minute)
	reply.Receipt = false
	require.Equal(t, []Asked{{"a", "m", now.Add(inquireEvery + time.Hour)}, {"a", "m", now.Add(inquireEvery + time.Hour)}, {"a", "m", now.Add(inquireEvery + time.Hour)}, {"a", "m", time.Time{}}},
		about(mt(1, time.Minute), again, reply, mt(4, 25*time.Hour)))
	require.Len(t, ask.asked, 3, "the fourth is too old")
	require.Equal(t, []bool{true, false, false}, []bool{ask.asked[0].Replaceable, ask.asked[1].Replaceable, ask.asked[2].Replaceable}, "only a ticket is sent once more, and once")
	require.EqualValues(t, 3, r.Stats.Inquiries.Load())

	r.store.asked = nil
	ask.done[0](Standing{State: "DELIVRD"})
	require.Len(t, r.store.receipts, 1)
	require.Equal(t, Receipt{Link: "a", MessageID: "m", MSISDN: 8613800138001, State: "DELIVRD", Raw: "query_sm stat:DELIVRD", At: r.clock.now}, r.store.receipts[0])
	ask.done[1](Standing{})
	require.Empty(t, r.store.asked, "it is asked again when that was said")
	ask.done[2](Standing{Never: true})
	require.Equal(t, []Asked{{"a", "m", time.Time{}}}, r.store.asked)

	forgotten := mt(7, time.Minute)
	forgotten.From = Address{}
	require.Equal(t, []Asked{{"a", "m", time.Time{}}}, about(forgotten))
	require.Len(t, ask.asked, 3)

	ask.away = true
	list := about(mt(5, time.Minute))
	require.Equal(t, r.clock.now.Add(inquireLater), list[len(list)-1].Next, "nobody could be asked")

	r.store.fail = ErrStoreDown
	ask.done[0](Standing{State: "DELIVRD"}) // lost: asked again later
	ask.done[2](Standing{Never: true})
	r.store.fail = nil
	require.Len(t, r.store.receipts, 1)

	r.LeaveUndelivered, ask.away = true, false
	about(mt(6, time.Minute))
	require.False(t, ask.asked[3].Replaceable)
}
