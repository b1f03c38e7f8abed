package smpp

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/pdu"
)

// checkWindow holds the invariant I11: free + used = size, and table, ring and slots agree.
func checkWindow(t testing.TB, w *window) {
	t.Helper()
	slots, n := 0, 0
	var last time.Time
	for e := w.list.next; e != &w.list; e = e.next {
		n++
		if e.slot {
			slots++
		}
		if w.get(e.seq) != e || e.next.prev != e || e.deadline.Before(last) {
			t.Fatalf("entry %d is out of order", e.seq)
		}
		last = e.deadline
	}
	if slots != w.used || n != w.entries() || w.used < 0 || w.used > w.size {
		t.Fatalf("%d slots in %d entries, used %d of %d, table %d", slots, n, w.used, w.size, w.entries())
	}
}

// 10,000 random operations from just below the wrap: every sequence number is legal and not in flight, every entry leaves once.
func TestS06S08WindowModel(t *testing.T) {
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 8))
		w := newWindow(20, 0x7FFFFFF0)
		model := map[uint32]bool{}
		added, removed := 0, 0
		for i := range 10000 {
			if w.used < w.size && r.IntN(2) == 0 {
				seq := w.nextSeq()
				require.False(t, model[seq], "in flight")
				require.True(t, seq >= 1 && seq <= pdu.MaxSequence)
				w.add(seq, pdu.SubmitSM, r.IntN(10) > 0, nil, at(i), 0)
				model[seq] = true
				added++
			} else if len(model) > 0 {
				e := w.first()
				if r.IntN(2) == 0 {
					for seq := range model {
						e = w.get(seq)
						break
					}
				}
				got := w.remove(e)
				require.True(t, model[got.seq])
				delete(model, got.seq)
				removed++
			}
			if i%500 == 0 && w.last < 0x7FFFFFF0 {
				w.last = pdu.MaxSequence - uint32(r.IntN(10)) // wrap again and again
			}
			checkWindow(t, w)
			require.Equal(t, len(model), w.entries())
		}
		require.Equal(t, added, removed+len(model))
	}
}

func TestS08SequenceWrap(t *testing.T) {
	w := newWindow(100, 0x7FFFFFF0)
	w.add(2, pdu.SubmitSM, true, nil, at(0), 0) // still in flight from the last time round
	var got []uint32
	for range 20 {
		seq := w.nextSeq()
		w.add(seq, pdu.SubmitSM, true, nil, at(1), 0)
		got = append(got, seq)
	}
	require.EqualValues(t, 0x7FFFFFF0, got[0])
	require.Equal(t, []uint32{0x7FFFFFFE, 0x7FFFFFFF, 1, 3, 4, 5}, got[14:])
}

// The outbox counts what left, whatever the connection takes of each batch.
func TestOutboxKnowsWhatLeft(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var o outbox
	var left, queued []byte // requests only
	for range 5000 {
		switch r.IntN(3) {
		case 0:
			require.NoError(t, o.addControl(&pdu.PDU{Header: pdu.Header{ID: pdu.EnquireLink, Sequence: 1}}))
		case 1:
			p := &pdu.PDU{Header: pdu.Header{ID: pdu.SubmitSM, Sequence: 2}, ShortMessage: make([]byte, r.IntN(254))}
			if r.IntN(20) == 0 {
				p.TLVs = []pdu.TLV{{Tag: pdu.TagMessagePayload, Value: make([]byte, 60000)}}
			}
			raw, err := p.AppendTo(nil)
			require.NoError(t, err)
			start, err := o.addRequest(p)
			require.NoError(t, err)
			require.EqualValues(t, len(queued), start)
			queued = append(queued, raw...)
			_, err = o.addRequest(&pdu.PDU{Header: pdu.Header{ID: pdu.SubmitSM}, ServiceType: "too long"})
			require.Error(t, err)
		default:
			if o.empty() {
				continue
			}
			b := o.take()
			require.Less(t, len(b.buf), b.control+segmentSize+pdu.MaxLength)
			left = append(left, b.buf[b.control:]...)
			o.wrote(b, len(b.buf))
		}
		require.EqualValues(t, len(left), o.written)
	}
	for !o.empty() {
		b := o.take()
		left = append(left, b.buf[b.control:]...)
		o.wrote(b, len(b.buf))
	}
	require.Equal(t, queued, left)
	require.LessOrEqual(t, cap(o.spareControl)+cap(o.spareSegment), 4*segmentSize, "memory kept is bounded")
	start, err := o.addRequest(&pdu.PDU{Header: pdu.Header{ID: pdu.SubmitSM}})
	require.NoError(t, err)
	b := o.take()
	o.wrote(b, 0)
	require.Equal(t, start, o.written, "nothing of it left")
}

// entries counts what the table holds.
func (w *window) entries() int {
	n := len(w.extra)
	for _, e := range w.slots {
		if e != nil {
			n++
		}
	}
	return n
}
