package torture

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// cancelsADay is how many paid orders a customer may cancel in a day.
const cancelsADay = 3

// alias is what a customer calls his friend.
func (l *language) alias() string {
	if l.me == "ME" {
		return "LI"
	}
	return "李"
}

// introduce registers the customer, and the friend.
func (c *customer) introduce(ctx context.Context) error {
	l := c.lang
	name := l.name(2 * c.n)
	if c.gone {
		name = l.name(4000 + c.n)
	}
	c.typed[c.id], c.typed[name] = true, true
	if err := c.say(ctx, l.register+" "+name+" "+c.id, false); err != nil || c.friend == "" {
		return err
	}
	c.typed[c.other], c.typed[c.friend] = true, true
	return c.say(ctx, l.passenger+" "+l.alias()+" "+c.friend+" "+c.other, false)
}

// step is one text, chosen by what is open.
func (c *customer) step(ctx context.Context) error {
	if c.shy() {
		return c.retreat(ctx)
	}
	l, roll := c.lang, c.r.IntN(100)
	if len(c.opens) > 0 && roll < 85 {
		if done, err := c.answer(ctx); done {
			return err
		}
	}
	if roll%10 < 4 {
		if done, err := c.reconsider(ctx); done {
			return err
		}
	}
	switch {
	case c.wish != "" && roll%10 < 8:
		about := c.wish
		c.wish = ""
		return c.ask(ctx, fmt.Sprintf("%s %s x%d", l.wait, about, 1+c.r.IntN(2)), about, false)
	case c.changed && roll%10 == 4:
		c.changed = false
		return c.say(ctx, l.orders, false)
	case roll%10 == 5:
		return c.say(ctx, l.query+" "+c.service()+" "+c.day(13), false)
	}
	return c.bookSomething(ctx)
}

// answer acts on an open question.
func (c *customer) answer(ctx context.Context) (done bool, err error) {
	l := c.lang
	orders := slices.Sorted(maps.Keys(c.opens))
	order := orders[c.r.IntN(len(orders))]
	o := c.opens[order]
	switch how := c.r.IntN(100); {
	case o.kind == waitQuote && how < 25: // it lapses, and nothing is kept for it
		return false, nil
	case c.load.calm.Load() && o.bad, how < 12:
		return true, c.say(ctx, l.no+" "+order, false)
	case how < 18:
		return true, c.guess(ctx)
	case how < 25 && o.kind == quote && c.last() == o.text:
		return true, c.say(ctx, o.text, true)
	case how < 88:
		return true, c.yes(ctx, o)
	}
	return false, nil
}

// yes pays, cancels, changes or joins, and now and then texts it twice.
func (c *customer) yes(ctx context.Context, o open) error {
	text := c.lang.yes + " " + o.code
	if c.r.IntN(4) == 0 {
		text = c.lang.yes + o.code
	}
	if err := c.say(ctx, text, false); err != nil || c.r.IntN(5) > 0 || c.last() != text {
		return err
	}
	return c.say(ctx, text, true)
}

// reconsider asks what it costs to give a ticket, or a seat of it, back, or to
// change it.
func (c *customer) reconsider(ctx context.Context) (done bool, err error) {
	l := c.lang
	var may []string
	for _, order := range slices.Sorted(maps.Keys(c.tickets)) {
		if _, asked := c.opens[order]; !asked {
			may = append(may, order)
		}
	}
	if len(may) == 0 {
		return false, nil
	}
	order := may[c.r.IntN(len(may))]
	t := c.tickets[order]
	switch how := c.r.IntN(10); {
	case how < 5 && t.tried < 2:
		t.tried++
		about := c.service()
		text := l.change + " " + order + " " + about
		if hot(about) || c.r.IntN(2) == 0 {
			text += " " + c.day(4)
		}
		if c.r.IntN(5) == 0 {
			text += " 1ST"
		}
		account, bad := "", false
		if c.r.IntN(5) == 0 {
			account, bad = c.account()
		}
		return true, c.pay(ctx, text, order, account, bad)
	case c.spare <= 0 || c.load.rare > 1 && c.r.IntN(c.load.rare) > 0:
		return false, nil
	case how < 8 && t.seats > 1:
		return true, c.say(ctx, fmt.Sprintf("%s %s %d", l.cancel, order, 1+c.r.IntN(t.seats)), false)
	}
	return true, c.say(ctx, l.cancel+" "+order, false)
}

func (c *customer) bookSomething(ctx context.Context) error {
	l := c.lang
	for range 20 {
		about := c.service()
		switch {
		case about == "G101" && c.r.IntN(2) == 0:
			about += [...]string{" VNP JGK", " JGK NKH", " NKH AOH", " LJP WGH", " TMK OHH"}[c.r.IntN(5)]
			about += " " + c.day(2)
		case hot(about):
			about += " " + c.day(2)
		default:
			about += " " + c.day(13)
		}
		if c.r.IntN(6) == 0 {
			about += " 1ST"
		}
		if c.busyWith(about) {
			continue
		}
		text := l.book + " " + about + " " + l.seats(1+c.r.IntN(3))
		if c.friend != "" && c.r.IntN(3) == 0 {
			text = l.book + " " + about + " " + l.me + "," + l.alias()
		}
		account, bad := c.account()
		return c.pay(ctx, text, about, account, bad)
	}
	return c.guess(ctx)
}

// guess texts a wrong code, unless that would be answered like another one.
func (c *customer) guess(ctx context.Context) error {
	for _, e := range c.log[max(0, len(c.log)-12):] {
		if k := c.words.read(e.said).kind; k == wrongCode || k == noQuestion {
			return c.say(ctx, c.lang.query+" "+c.service()+" "+c.day(13), false)
		}
	}
	return c.say(ctx, fmt.Sprintf("%s %06d", c.lang.yes, c.r.IntN(1_000_000)), false)
}

// pay asks for something with an account, or with what is on file.
func (c *customer) pay(ctx context.Context, text, about, account string, bad bool) error {
	if account != "" {
		text += " " + account
		c.typed[account] = true
	}
	return c.ask(ctx, text, about, bad)
}

// ask texts what may be answered with a question, and remembers what that is about.
func (c *customer) ask(ctx context.Context, text, about string, bad bool) error {
	err := c.say(ctx, text, false)
	for order, o := range c.opens {
		if o.about == "" && o.kind != cancelQuote {
			o.about, o.text, o.bad = about, text, bad
			c.opens[order] = o
		}
	}
	if n := len(c.log); err == nil && n > 0 && c.log[n-1].text == text && c.words.read(c.log[n-1].said).kind == soldOut && len(strings.Fields(about)) < 4 {
		c.wish = about
	}
	return err
}
