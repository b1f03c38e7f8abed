package dialogue

import (
	"strings"

	"shortfare/booking"
)

// fewText says that there are fewer seats than were asked for and asks what to do:
// an order is never made smaller, or divided, unasked. Others that have enough
// seats are offered too.
func (t *turn) fewText(trip *booking.Trip, class string, left, seats int) string {
	var others []booking.Trip
	for _, other := range t.others(trip, seats) {
		if !t.soldOut(&other, class, seats) {
			if _, has := other.Fare(class); has {
				others = append(others, other)
			}
		}
	}
	reason := t.m.render("soldout.few", func(name string) string {
		switch name {
		case "class":
			return t.class(class)
		case "left":
			return itoa(left)
		}
		return t.tripValue(trip, name)
	})
	for n := len(others); n >= 0; n-- {
		texts := []string{t.bookText(trip, class, left)}
		var lines []string
		for i := range others[:n] {
			texts = append(texts, t.bookText(&others[i], class, seats))
			lines = append(lines, t.m.render("near.line", func(name string) string {
				if name == "n" {
					return itoa(i + 2)
				}
				return t.tripValue(&others[i], name)
			}))
		}
		key := "few"
		if n == 0 {
			key = "few.none"
		}
		text := t.m.say(key, "reason", reason, "rest", itoa(left), "seats", itoa(seats), "lines", strings.Join(lines, t.m.say("near.join")))
		if oneSegment(text) || n == 0 {
			t.offer(texts...)
			return text
		}
	}
	return reason // impossible: the loop ends at none
}
