package parser

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameLabels are what people write around a name or a document.
var nameLabels = []string{"身份证号码", "身份证号", "身份证", "证件号码", "证件号", "证件", "护照号码", "护照号", "护照", "号码",
	"驾驶证", "驾照", "通行证", "居住证", "回乡证", "台胞证", "永居证", "姓名", "名字", "我叫", "我是", "乘客"}

var nameFillers = wordSet("id name passport document licence license permit no number and with my is card nr")

// namePart is a stretch of the text that may belong to a name.
type namePart struct{ start, end int }

// nameParts returns what is left of the text from the cursor on besides
// documents and labels, and the words with digits in it.
func (r *reader) nameParts() (parts []namePart, numbers []string) {
	for r.i < len(r.p) {
		p := r.p[r.i]
		j := r.groupEnd(r.i)
		switch {
		case p.kind == secret:
			r.readDocument(p)
			r.i++
		case p.kind == han:
			parts = r.hanName(p, parts)
			r.i++
		case p.kind == letters && j == r.i+1:
			if !nameFillers[p.fold] {
				parts = append(parts, namePart{p.start, p.end})
			}
			r.i++
		default:
			numbers = append(numbers, r.upperAt(p.start, r.p[j-1].end))
			r.i = j
		}
	}
	return parts, numbers
}

func (r *reader) readDocument(p piece) {
	s := r.secrets[p.secret]
	switch {
	case s.Kind == SecretDocument && r.cmd.Document == "":
		r.cmd.Document = s.Value
		r.cmd.Why = append(r.cmd.Why, Reading{Word: maskDocument(s.Value), Rule: "document"})
	case s.Kind == SecretCard && r.cmd.Account.Kind == NoAccount:
		r.cmd.Account = Account{Kind: CardNumber, Value: s.Value, Doubtful: mistypedCard(s.Value)}
		r.cmd.Why = append(r.cmd.Why, Reading{Word: maskCard(s.Value), Rule: "account number"})
	}
}

// hanName adds the parts of a Han run that are no label.
func (r *reader) hanName(p piece, parts []namePart) []namePart {
	s, at := p.fold, p.start
	for s != "" {
		cut, size := len(s), 0
		for _, label := range nameLabels {
			if k := strings.Index(s, label); k >= 0 && (k < cut || k == cut && len(label) > size) {
				cut, size = k, len(label)
			}
		}
		if cut > 0 {
			parts = append(parts, namePart{at, at + cut})
		}
		s, at = s[cut+size:], at+cut+size
	}
	return parts
}

// name joins parts to a name as typed: blanks become one, hyphens and the
// middle dot stay.
func (r *reader) name(parts []namePart) string {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			between := r.clean[parts[i-1].end:p.start]
			switch {
			case strings.Contains(between, "-"):
				b.WriteByte('-')
			case strings.ContainsRune(between, middleDot):
				b.WriteRune(middleDot)
			case between != "" || isASCII(r.clean[p.start:p.end]):
				b.WriteByte(' ')
			}
		}
		b.WriteString(r.clean[p.start:p.end])
	}
	return properName(b.String())
}

// properName gives words typed all in small letters a capital; every other
// spelling is the customer's own.
func properName(s string) string {
	out := []byte(nil)
	first := true
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		if first && unicode.IsLower(c) && s == strings.ToLower(s) {
			if out == nil {
				out = []byte(s)
			}
			if u := unicode.ToUpper(c); utf8.RuneLen(u) == n {
				utf8.EncodeRune(out[i:], u)
			}
		}
		first = !unicode.IsLetter(c) && c != '\''
		i += n
	}
	if out == nil {
		return s
	}
	return string(out)
}

// registerLast reads a text whose verb stands behind the name, or the document:
// ZHANG WEI REG 1101...
func (r *reader) registerLast() bool {
	if len(r.secrets) == 0 {
		return false
	}
	for i := 1; i < len(r.p); i++ {
		p := r.p[i]
		if v, ok := verbWords[p.fold]; !ok || v.verb != Register || v.word == "join" || p.kind != letters && p.kind != han {
			continue
		}
		r.setVerb(verbWords[p.fold], p.start, p.end, "verb")
		r.p = append(r.p[:i:i], r.p[i+1:]...)
		return true
	}
	return false
}

// readRegister reads REG name document in any order.
func (r *reader) readRegister() {
	parts, numbers := r.nameParts()
	if r.cmd.Document == "" && len(numbers) > 0 {
		r.cmd.Document = strings.Join(numbers, "")
		r.cmd.Why = append(r.cmd.Why, Reading{Word: maskDocument(r.cmd.Document), Rule: "document"})
	} else {
		r.cmd.Unread = numbers
	}
	r.cmd.Name = r.name(parts)
	if len(parts) > 0 { // the document may stand between the parts: quote the name alone
		r.cmd.Why = append(r.cmd.Why, Reading{Word: r.cmd.Name, Rule: "name"})
	}
}

// readTopic reads the sub-command right behind the verb.
func (r *reader) readTopic() {
	if r.i >= len(r.p) || r.cmd.Topic != "" {
		return
	}
	p := r.p[r.i]
	t := topicOf(r.cmd.Verb, p.fold)
	end := p.end
	if t == "" && p.kind == han {
		for n := min(6, len(p.fold)); n >= 3 && t == ""; n -= 3 {
			t = topicOf(r.cmd.Verb, p.fold[:n])
			end = p.start + n
		}
	}
	if t == "" {
		return
	}
	r.trimTo(end)
	r.cmd.Topic = t
	r.why(p.start, end, "sub-command", t)
}

// trimTo moves the cursor to the offset end, within the piece or behind it.
func (r *reader) trimTo(end int) {
	if p := &r.p[r.i]; end < p.end {
		r.trim(end - p.start)
		return
	}
	r.i++
}

// readPassengers reads PAX ADD alias name document, PAX DEL alias, PAX LIST.
func (r *reader) readPassengers() {
	r.readTopic()
	parts, numbers := r.nameParts()
	if r.cmd.Document == "" && len(numbers) > 0 {
		r.cmd.Document, numbers = strings.Join(numbers, ""), nil
	}
	r.cmd.Unread = numbers
	if r.cmd.Topic == "DEL" || r.cmd.Document == "" {
		for _, p := range parts {
			r.person(Person{Name: r.clean[p.start:p.end], Alias: true}, leftover{start: p.start, end: p.end})
		}
		return
	}
	if len(parts) >= 2 {
		p := parts[0]
		r.person(Person{Name: r.clean[p.start:p.end], Alias: true}, leftover{start: p.start, end: p.end})
		parts = parts[1:]
	}
	r.cmd.People = append(r.cmd.People, Person{Name: r.name(parts), Document: r.cmd.Document})
}

// readSet reads SET what value.
func (r *reader) readSet() {
	r.readTopic()
	if r.cmd.Topic == "" {
		r.mistypedTopic()
	}
	if r.i >= len(r.p) {
		return
	}
	start := r.p[r.i].start
	r.cmd.Value, _ = Redact(strings.TrimSpace(r.clean[start:]))
	switch r.cmd.Topic {
	case "LANG":
		r.cmd.Verb, r.cmd.Value = Language, ""
		r.readLanguage()
		return
	case "NOTIFY":
		switch w := r.p[r.i].fold; {
		case topicOf(Alert, w) == "ON", w == "yes", w == "是":
			r.cmd.Value = "ON"
		case topicOf(Alert, w) == "OFF", w == "no", w == "none", w == "否", w == "不要":
			r.cmd.Value = "OFF"
		}
		return
	case "PAY":
		r.takes = sAccount
	case "CITY":
		r.takes = sPlaces
	case "NAME":
		parts, numbers := r.nameParts()
		r.cmd.Name, r.cmd.Unread = r.name(parts), numbers
		return
	case "ID":
		_, numbers := r.nameParts()
		if r.cmd.Document == "" {
			r.cmd.Document = strings.Join(numbers, "")
		}
		r.cmd.Value = ""
		return
	default:
		return
	}
	for r.i < len(r.p) {
		r.step()
	}
}

// mistypedTopic reads SET CTIY. What is kept is told and can be changed back;
// ID and PAY have a second step.
func (r *reader) mistypedTopic() {
	if r.i >= len(r.p) || r.p[r.i].kind != letters || len(r.p[r.i].fold) < 3 {
		return
	}
	p := &r.p[r.i]
	found := ""
	for t := range strings.FieldsSeq(verbTopics[Set]) {
		if len(t) < 4 || !nearly(p.fold, strings.ToLower(t), 1) {
			continue
		}
		if found != "" {
			return
		}
		found = t
	}
	if found != "" {
		r.cmd.Topic = found
		r.i++
		r.why(p.start, p.end, "sub-command, mistyped", found)
	}
}

// readAgent keeps what the customer wants of a person, as typed.
func (r *reader) readAgent() {
	says := false
	for i := r.i; i < len(r.p); i++ {
		l := lexicon[r.p[i].fold]
		says = says || l.kind != lexFiller && l.kind != lexMe
	}
	if says {
		r.cmd.Value, _ = Redact(strings.TrimSpace(r.clean[r.p[r.i].start:]))
	}
}

// readHelp reads the topic: a verb's word, or the word as typed.
func (r *reader) readHelp() {
	for r.i < len(r.p) { // HELP ME BOOK
		if w := r.p[r.i].fold; w != "me" && w != "with" && w != "on" && w != "to" && w != "please" && w != "pls" {
			break
		}
		r.i++
	}
	if r.i >= len(r.p) {
		return
	}
	p := r.p[r.i]
	v, ok := verbWords[p.fold]
	if !ok {
		v, ok = wholeWords[p.fold]
	}
	if !ok && p.kind == letters {
		v, ok = completeVerb(p.fold)
	}
	if !ok && p.kind == letters {
		v, ok = correctVerb(p.fold)
	}
	r.i++
	if ok {
		r.cmd.TopicVerb, r.cmd.Topic = v.verb, v.verb.String()
	} else if p.kind != secret {
		r.cmd.Topic = r.upperAt(p.start, p.end)
	}
	r.why(p.start, p.end, "topic", r.cmd.Topic)
}

// readLanguage reads the language asked for, which may be the verb itself.
func (r *reader) readLanguage() {
	l := languages[r.verb]
	for ; r.i < len(r.p) && l == LangUnknown; r.i++ {
		p := r.p[r.i]
		if l = languages[p.fold]; l == LangUnknown && p.kind != secret {
			r.cmd.Unread = append(r.cmd.Unread, r.clean[p.start:p.end])
		}
	}
	r.cmd.Lang, r.cmd.Topic = l, l.String()
}

// readBroadcast reads a service and keeps what follows as typed.
func (r *reader) readBroadcast() {
	r.takes = sService
	at := r.i
	if r.i < len(r.p) && r.p[r.i].kind != secret {
		r.step()
	}
	if r.cmd.Service == "" {
		r.i, r.left = at, nil
	} else {
		r.broadcastDay()
	}
	if r.i < len(r.p) {
		r.cmd.Value, _ = Redact(strings.TrimSpace(r.clean[r.p[r.i].start:]))
	}
}

// broadcastDay reads a day that stands for itself behind the service: BCAST
// G123 5DEC text. In 今天晚点 the day belongs to the text.
func (r *reader) broadcastDay() {
	r.takes = sDate
	at, why := r.i, len(r.cmd.Why)
	if at >= len(r.p) || r.p[at].kind == secret {
		return
	}
	first := r.p[at]
	if first.kind != digits && lexicon[first.fold].kind != lexMonth {
		return
	}
	r.step()
	alone := r.i >= len(r.p) || r.p[r.i].sep != 0
	if r.cmd.Date.IsZero() || !alone {
		r.cmd.Date, r.cmd.DateText, r.cmd.DateChoices, r.cmd.Time = Date{}, "", nil, Window{}
		r.i, r.left, r.cmd.Why = at, nil, r.cmd.Why[:why]
		r.p[at] = first
	}
}
