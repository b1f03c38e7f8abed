package parser

import "strings"

// What makes a text that names a verb something else than an order to do it.
var (
	negations = wordSet("not dont never cannot cant wont didnt doesnt shouldnt without")
	questions = wordSet("why when what how did does do if should whether who was were has had is are can could may")
	hanAsks   = []string{"吗", "么", "怎", "如何", "能不能", "可不可以", "可以不", "是否", "多少", "几时"}
	hanHow    = []string{"怎么", "怎样", "如何"}
)

// verbChars right behind a verb may make another one of it: 退票款 is no more
// 退票 than 退款. A name is read as a passenger: 退票李娜.
const verbChars = "退推订定顶票漂飘款宽欵单但签取消改该换付确认不"

// doubt turns a verb that the text may not mean into a question. Verbs that
// act at once are asked about behind every sign of doubt, the other risky
// ones behind a NOT.
func (r *reader) doubt() {
	c := &r.cmd
	if r.wantsStop() || r.verb == "" || r.how() || c.Fuzzy || !c.Verb.risky() {
		return
	}
	negated, asked := r.signs()
	between := r.doubtful && !isASCII(r.verb) && len(r.left) > 0 && r.gluedBefore() // 推订
	glued := len(r.left) > 0 && r.left[0].start == r.verbEnd && !isASCII(r.verb) &&
		strings.ContainsAny(r.fold[r.left[0].start:r.left[0].end], verbChars)
	switch {
	case c.Verb == Cancel && r.verb == "退" && !r.orderFollows(): // 退订, 退款, 退票: which of them is not guessed
		c.Verb = CancelOrStop
		c.People = nil
	case negated, between, c.Verb.atOnce() && (asked || r.doubtful || glued),
		c.Verb == Cancel && c.Order != "" && c.Service != "", // another service is no cancellation
		c.Verb == Drop && (len(c.Unread) > 0 || r.saysMore()):
		if glued && len(c.People) > 0 {
			c.People = c.People[1:] // part of a word, not a name
		}
		r.ask()
	}
}

// orderFollows tells whether nothing but a particle stands between 退 and the order.
func (r *reader) orderFollows() bool {
	rest := strings.TrimPrefix(r.fold[r.verbEnd:], "掉")
	rest = strings.TrimLeft(strings.TrimPrefix(rest, "了"), " ")
	return len(rest) >= codeLength && codeShape(rest[:codeLength])
}

// saysMore tells whether a word stands before a no, or in one with it that is
// no particle: 不要了 is one.
func (r *reader) saysMore() bool {
	if len(r.p) > 0 && strings.TrimLeft(r.fold[:r.verbStart], " .,?!-\"'") != "" {
		return true
	}
	k, n := classOf(r.fold[r.verbEnd:])
	return k == han && !strings.Contains("了啊吧呢哦谢", r.fold[r.verbEnd:r.verbEnd+n])
}

// gluedBefore tells whether an unread character stands right before the verb.
func (r *reader) gluedBefore() bool {
	for _, l := range r.left {
		if l.end == r.verbStart && l.kind == leftWord {
			return true
		}
	}
	return false
}

// wantsStop reads a wish for no more messages in other words than STOP; it
// is asked about.
func (r *reader) wantsStop() bool {
	c := &r.cmd
	if c.Verb != None && c.Verb != Unknown && c.Verb != Drop || c.Service != "" || c.Order != "" || len(c.Places) > 0 {
		return false
	}
	message, no := false, c.Verb == Drop
	for i := range r.p {
		switch w := r.p[i].fold; w {
		case "messages", "message", "texts", "texting", "sms", "msgs":
			message = true
		default:
			no = no || negations[w] || w == "stop" || w == "no" || w == "remove"
		}
	}
	l := English
	for _, w := range []string{"短信", "消息", "信息"} {
		if strings.Contains(r.fold, w) {
			message, l = true, Chinese
		}
	}
	no = no || l == Chinese && strings.ContainsAny(r.fold, "别停勿")
	if r.fold == "停止" {
		message, no, l = true, true, Chinese
	}
	if !message || !no {
		return false
	}
	c.Verb, c.Fuzzy, c.Suggest, c.People = Stop, true, Stop.Keyword(l), nil
	return true
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
		return negated, asked || strings.HasSuffix(r.fold, "?") && r.cmd.Verb != Confirm
	}
	before := []rune(r.fold[:r.verbStart])
	for _, c := range before[max(0, len(before)-3):] {
		negated = negated || strings.ContainsRune("不别勿没莫未甭", c)
	}
	asked = asked || strings.HasSuffix(r.fold, "?") && r.cmd.Verb != Confirm
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
		if rest = strings.Trim(rest, " ,;.:?!了吗吧呢"); rest != "" {
			c.Suggest += " " + rest
		}
	}
	c.Why = append(c.Why, Reading{Word: r.clean[r.verbStart:r.verbEnd], Rule: "doubtful, to be asked about"})
}

// how turns HOW TO CANCEL and 怎么退票 into a request for help.
func (r *reader) how() bool {
	c := &r.cmd
	switch c.Verb {
	case None, Unknown, Query, Help, More, Back, Choose, Orders, Language, CancelOrStop:
		return false
	}
	if c.Service != "" || c.Order != "" || c.Name != "" || c.Document != "" || c.Code != "" || len(c.Places) > 0 || c.Account.Kind > DefaultAccount {
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
