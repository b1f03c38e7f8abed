package sqlite

import (
	"fmt"

	"shortfare/booking"
)

// people is the sealed part of an order: who travels and who pays.
type people struct {
	Passengers []booking.Passenger  `json:"p,omitempty"`
	Former     []*booking.Passenger `json:"f,omitempty"` // one for each seat of Order.Former
	Account    *booking.Account     `json:"a,omitempty"`
}

// split parts an order into what may stand in clear and its people; nil when it
// has none. What stays tells how many there are and of which kind the account is.
func split(o *booking.Order) (booking.Order, *people) {
	public, sealed, some := *o, people{Passengers: o.Passengers}, len(o.Passengers) > 0
	public.Passengers = nameless(o.Passengers)
	for i := range o.Former {
		if o.Former[i].Passenger == nil {
			continue
		}
		if sealed.Former == nil {
			sealed.Former = make([]*booking.Passenger, len(o.Former))
			public.Former = append([]booking.Former(nil), o.Former...)
		}
		sealed.Former[i], public.Former[i].Passenger, some = o.Former[i].Passenger, &booking.Passenger{}, true
	}
	public.Account = booking.Account{Kind: o.Account.Kind}
	if a := &o.Account; a.Alias != "" || a.Last4 != "" || a.Token != "" || len(a.Sealed) > 0 {
		sealed.Account, some = a, true
	}
	if !some {
		return public, nil
	}
	return public, &sealed
}

// nameless is as many passengers of whom nothing is known.
func nameless(list []booking.Passenger) []booking.Passenger {
	if list == nil {
		return nil
	}
	return make([]booking.Passenger, len(list))
}

// join undoes split.
func (p *people) join(o *booking.Order) {
	if len(p.Passengers) > 0 {
		o.Passengers = p.Passengers
	}
	for i := range min(len(p.Former), len(o.Former)) {
		o.Former[i].Passenger = p.Former[i]
	}
	if p.Account != nil {
		o.Account = *p.Account
	}
}

// encodeOrder gives the columns data and people, the second sealed for its
// owner; NULL when there is nothing to seal.
func (c codec) encodeOrder(o *booking.Order, owner string) (data string, sealed any, err error) {
	public, p := split(o)
	b, err := c.encode(&public)
	if err != nil || p == nil {
		return string(b), nil, err
	}
	body, err := c.seal(owner, p)
	return string(b), body, err
}

// decodeOrder reads what encodeOrder made. Without the owner's secret the
// passengers are counted, but have no names, and the account has no number.
func (c codec) decodeOrder(data, sealed []byte, owner string, erased bool) (*booking.Order, error) {
	o := new(booking.Order)
	if err := c.decode(data, o); err != nil {
		return nil, fmt.Errorf("sqlite: read order: %w", err)
	}
	if len(sealed) > 0 && !erased {
		p := new(people)
		if err := c.open(owner, sealed, p); err != nil {
			return nil, fmt.Errorf("people of order %d: %w", o.ID, err)
		}
		p.join(o)
	}
	for i := range o.Passengers {
		blank(&o.Passengers[i])
	}
	for i := range o.Former {
		blank(o.Former[i].Passenger)
	}
	return o, nil
}

// blank makes a passenger of whom nothing is known the zero one, as JSON does not.
func blank(p *booking.Passenger) {
	if p != nil && len(p.Document.Sealed) == 0 {
		p.Document.Sealed = nil
	}
}
