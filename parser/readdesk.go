package parser

import (
	"strconv"
	"strings"
)

// maxCallback is how many digits the number of a callback has at most.
const maxCallback = 9

// readDesk reads DESK, DESK TAKE 7 and DESK DONE 7 note, the number before the
// sub-command or behind it.
func (r *reader) readDesk() {
	r.readTopic()
	if r.i < len(r.p) {
		if p := r.p[r.i]; p.kind == digits && len(p.fold) <= maxCallback {
			r.cmd.Choice, _ = strconv.Atoi(p.fold) // digits only, and few
			r.why(p.start, p.end, "callback", "")
			r.i++
		}
	}
	r.readTopic()
	if r.i < len(r.p) {
		r.cmd.Value, _ = Redact(strings.TrimSpace(r.clean[r.p[r.i].start:]))
	}
}

// readReview reads REVIEW, and REVIEW order ISSUED or REVERSED in any order.
func (r *reader) readReview() {
	for r.i < len(r.p) {
		at, topic := r.i, r.cmd.Topic
		if r.readOrder() {
			continue
		}
		if r.readTopic(); r.i > at || r.cmd.Topic != topic {
			continue
		}
		p := r.p[r.i]
		r.i++
		r.leave(p.start, p.end, leftOther)
	}
}
