package simulation

import (
	"context"
	"time"

	"shortfare/booking"
)

// register is a register of persons: it knows each phone's customer by his right
// name only.
type register struct {
	s     *sim
	line  line
	asked int64                      // the attempt that is made
	said  map[int64]verdict          // what it said last, by attempt
	heard map[booking.MSISDN]verdict // what the product has heard no to
}

// person is a name with a document, as somebody registered.
type person struct{ name, token string }

// verdict is what the register said of a person.
type verdict struct {
	person
	yes bool
	at  time.Time // when the product heard it
}

var _ booking.IdentityVerifier = (*register)(nil)

func (r *register) Ready(context.Context) error { return nil }

func (r *register) Verify(ctx context.Context, q booking.VerifyRequest) booking.Outcome[booking.Verified] {
	attempt := r.asked
	no := func() booking.Outcome[booking.Verified] {
		return booking.IsRefused[booking.Verified](booking.ReasonIdentity)
	}
	out := over(r.s, ctx, &r.line, "verify", q.Key, func() booking.Outcome[booking.Verified] {
		if q.Name == rightName || q.Name == rightNameZh {
			return booking.IsDone(booking.Verified{Ref: "V"})
		}
		return no()
	}, no, nil)
	if out.Verdict != booking.Unknown {
		r.said[attempt] = verdict{person: person{q.Name, q.Document.Token}, yes: out.Verdict == booking.Done}
	}
	return out
}

// settled is told which attempts a commit has dealt with.
func (r *register) settled(a booking.Attempt) {
	said, ended := r.said[a.ID]
	if !ended || a.Call != booking.CallVerify {
		return
	}
	if delete(r.heard, a.Customer); !said.yes {
		said.at = r.s.now
		r.heard[a.Customer] = said
	}
}

// checkIdentity: nobody pays with a name and document that the register does not know.
func (s *sim) checkIdentity(o *booking.Order) {
	no, refused := s.register.heard[o.Customer]
	if !s.verifies || !refused || o.Wish != nil || !o.Since.After(no.at) {
		return // or it was on its way before
	}
	c := new(booking.Customer)
	if b, ok := s.disk.customers[o.Customer]; ok {
		decode(b, c)
	}
	if c.Document != nil && no.person == (person{c.Name, c.Document.Token}) {
		s.fail("C11: order %s is paid by %q, whom the register does not know", o.Code, c.Name)
	}
}
