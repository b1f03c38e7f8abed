package parser

import "strings"

// What makes a text that names a verb something else than an order to do it.
var (
	negations = wordSet("not dont never cannot cant wont didnt doesnt shouldnt without")
	questions = wordSet("why when what how did does do if should whether who was were has had is are can could may")
	hanAsks   = []string{"吗", "么", "怎", "如何", "能不能", "可不可以", "可以不", "是否", "多少", "几时"}
	hanHow    = []string{"怎么", "怎样", "如何", "怎麼"}
)

// doubt turns a verb that the text may not mean into a question. Verbs that
// act at once are asked about behind every sign of doubt, the other risky
// ones behind a NOT.
func (r *reader) doubt() {
	c := &r.cmd
	if r.verb == "" || c.Fuzzy || !c.Verb.risky() || r.how() {
		return
	}
	negated, asked := r.signs()
	glued := len(r.left) > 0 && r.left[0].start == r.verbEnd && !isASCII(r.verb) && r.left[0].kind == leftWord
	switch {
	case c.Verb == Cancel && glued && r.verb == "退": // 退订, 退款, 退票: which of them is not guessed
		c.Verb = CancelOrStop
		c.People = nil
	case negated, c.Verb.atOnce() && (asked || r.doubtful || glued),
		c.Verb == Drop && len(c.Unread) > 0:
		r.ask()
	}
}

// signs looks for words of denial, anywhere, and of questions before the verb.
// Chinese says NOT right before the verb, and asks at the end.
func (r *reader) signs() (negated, asked bool) {
	for i := range r.p {
		p := &r.p[i]
		if p.kind != letters {
			continue
		}
		negated = negated || negations[p.fold]
		asked = asked || p.end <= r.verbStart && questions[p.fold]
	}
	if isASCII(r.fold) {
		return negated, asked
	}
	before := []rune(r.fold[:r.verbStart])
	for _, c := range before[max(0, len(before)-3):] {
		negated = negated || strings.ContainsRune("不别勿没莫未甭", c)
	}
	for _, w := range hanAsks {
		asked = asked || strings.Contains(r.fold, w)
	}
	return negated, asked
}

// ask marks the verb as doubtful and suggests it with what it is about.
func (r *reader) ask() {
	c := &r.cmd
	l := English
	if !isASCII(r.verb) {
		l = Chinese
	}
	c.Fuzzy, c.Suggest = true, c.Verb.Keyword(l)
	switch c.Verb {
	case Cancel, Drop, Pay:
		if c.Order != "" {
			c.Suggest += " " + c.Order
		}
		for _, p := range c.People {
			c.Suggest += " " + p.Name
		}
	case Confirm: // a code is not repeated
	default:
		rest, _ := Redact(r.clean[r.verbEnd:])
		if rest = strings.Trim(rest, " ,;.:"); rest != "" {
			c.Suggest += " " + rest
		}
	}
	c.Why = append(c.Why, Reading{Word: r.clean[r.verbStart:r.verbEnd], Rule: "doubtful, to be asked about"})
}

// how turns HOW TO CANCEL and 怎么退票 into a request for help.
func (r *reader) how() bool {
	c := &r.cmd
	if c.Service != "" || c.Order != "" || c.Code != "" || len(c.Places) > 0 || c.Account.Kind > DefaultAccount {
		return false
	}
	found := false
	for i := range r.p {
		p := &r.p[i]
		found = found || p.kind == letters && p.end <= r.verbStart && p.fold == "how"
	}
	for _, w := range hanHow {
		found = found || strings.Contains(r.fold[:r.verbStart], w)
	}
	if !found {
		return false
	}
	*c = Command{Verb: Help, TopicVerb: c.Verb, Topic: c.Verb.String(), Removed: c.Removed, Why: c.Why}
	r.why(r.verbStart, r.verbEnd, "topic", c.Topic)
	return true
}
