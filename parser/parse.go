package parser

import "strings"

// Parse reads one text. It never fails: what could not be read is in Unread,
// and a text that says nothing has the verb Unknown.
func Parse(text string, ctx Context) Command {
	var r reader
	r.ctx = &ctx
	r.clean, r.fold = normalise(text)
	r.p = split(r.fold, make([]piece, 0, min(4+len(r.fold)/3, 24)))
	r.cmd.Why = make([]Reading, 0, 6)
	r.secrets = findSecrets(r.clean)
	if len(r.secrets) > 0 {
		r.mergeSecrets()
	}
	if len(r.p) == 0 && len(r.secrets) == 0 {
		if strings.IndexByte(r.fold, '?') >= 0 {
			return Command{Verb: Help, Why: []Reading{{Word: "?", Rule: "verb", As: "HELP"}}}
		}
		return Command{Verb: Unknown}
	}
	if !r.whole() {
		r.readVerb()
		r.readRest()
		r.finish()
	}
	r.cmd.Lang = r.lang()
	return r.cmd
}

// reader is the state of reading one text: a cursor over the pieces and the
// command so far.
type reader struct {
	ctx     *Context
	cmd     Command
	clean   string
	fold    string
	p       []piece
	i       int // the next piece; a Han piece is trimmed from its front
	secrets []Secret
	takes   slots
	verb    string // the verb's word, folded
	// where the verb starts in clean, and the text behind it
	verbStart, verbEnd int

	left        []leftover
	numbers     int  // plain numbers read so far
	plainCount  bool // Count is a plain number
	first       int  // a plain number that was the first word; 0 when none
	knownSvc    bool // Service is in the catalogue
	maybeAlias  string
	fuzzyPlaces int
	joined      bool // the next word belongs to a list of people
	from, to    int  // 1 + index of the place behind FROM and TO
	mark        lex  // lexFrom or lexTo: said before the next place
	limit       lex  // lexAfter, lexBefore or lexUnder: said before the next time or price
	arrive      bool // the next time is of the arrival
	until       bool // BY was said: dates and times are a deadline
	nextWeek    bool
	monthAhead  int    // 1 + how many months ahead 下月 said; 0 when nothing was said
	doubtful    bool   // a verb stood behind words that were not read
	codePlaces  int    // places read from a code in small letters
	window      Window // the time of day said last, for 下午3点
}

// leftover is a word no rule took, or one that may be part of a passenger.
type leftover struct {
	start, end int
	kind       leftKind
	comma      bool // something that joins people stands before it
	glued      bool // it stands right behind the last one, blanks apart
}

type leftKind uint8

const (
	leftWord  leftKind = iota + 1 // letters or Han
	leftOther                     // digits and mixtures
	leftMe                        // the customer
	leftDoc                       // a document
)

// why records one reading of the text between start and end.
func (r *reader) why(start, end int, rule, as string) {
	w := r.clean[start:end]
	if as == w {
		as = ""
	}
	r.cmd.Why = append(r.cmd.Why, Reading{Word: w, Rule: rule, As: as})
}

// whole reads the words that count only when they are the whole message,
// and the bare code.
func (r *reader) whole() bool {
	if len(r.p) == 0 {
		return false
	}
	w := r.p[0].fold
	switch {
	case len(r.p) == 1:
	case len(r.p) == 2 && r.p[0].kind == letters && r.p[1].kind == letters:
		w += r.p[1].fold
	default:
		return false
	}
	p := &r.p[0]
	end := r.p[len(r.p)-1].end
	if v, ok := wholeWords[w]; ok {
		r.cmd.Verb = v.verb
		r.why(p.start, end, "whole message", v.verb.String())
		return true
	}
	if len(r.p) > 1 {
		return false
	}
	switch {
	case w == "cancel" && r.ctx.OptOut == "us":
		r.cmd.Verb = Stop
		r.why(p.start, end, "whole message", "STOP")
		return true
	case w == "cancel" || w == "退" || w == "取消":
		r.cmd.Verb = CancelOrStop
		r.why(p.start, end, "whole message", "CXL or STOP")
		return true
	case p.kind == digits && len(w) == 6:
		r.cmd.Verb, r.cmd.Code, r.cmd.Bare = Confirm, w, true
		r.cmd.Why = append(r.cmd.Why, Reading{Word: maskCode, Rule: "code"})
		return true
	}
	if p.kind == letters && len(w) >= 4 && len(w) <= 12 && r.noPlace(w) {
		if _, known := verbWords[w]; !known && (nearly(w, "stop", 1) || nearly(w, "unsubscribe", 2)) {
			r.cmd.Verb, r.cmd.Fuzzy, r.cmd.Suggest = Stop, true, "STOP"
			r.why(p.start, end, "verb typo", "STOP")
			return true
		}
		if _, known := verbWords[w]; !known && nearly(w, "start", 1) {
			r.cmd.Verb, r.cmd.Fuzzy, r.cmd.Suggest = Start, true, "START"
			r.why(p.start, end, "verb typo", "START")
			return true
		}
	}
	return false
}

// maskCode stands for a code in explanations.
const maskCode = "******"

func nearly(a, b string, limit int) bool { return damerau(a, b, limit) <= limit }

func (r *reader) noPlace(w string) bool {
	if r.ctx.Places == nil {
		return true
	}
	_, ok := r.ctx.Places.Lookup(w)
	return !ok
}

// readRest reads what stands behind the verb.
func (r *reader) readRest() {
	switch r.cmd.Verb {
	case Register:
		r.readRegister()
	case Passengers:
		r.readPassengers()
	case Set:
		r.readSet()
	case Help:
		r.readHelp()
	case Language:
		r.readLanguage()
	case Broadcast:
		r.readBroadcast()
	case Agent:
		r.readAgent()
	case Desk:
		r.readDesk()
	case Review:
		r.readReview()
	default:
		if r.takes&sTopic != 0 {
			r.readTopic()
		}
		for r.i < len(r.p) {
			at, size := r.i, len(r.p[r.i].fold)
			r.step()
			if r.i == at && len(r.p[at].fold) == size { // neither taken nor left: a text must not stop the reader
				r.i++
				r.leave(r.p[at].start, r.p[at].end, leftOther)
			}
		}
	}
}

// step reads the next word, whatever it is.
func (r *reader) step() {
	p := &r.p[r.i]
	if p.kind != secret && (r.readOrder() || r.readEmail()) {
		return
	}
	switch p.kind {
	case digits:
		r.stepDigits()
	case letters:
		r.stepLetters()
	case han:
		r.stepHan()
	case secret:
		r.stepSecret()
	}
}

// leave puts a word aside: a passenger's name perhaps, or nothing known.
func (r *reader) leave(start, end int, k leftKind) {
	l := leftover{start: start, end: end, kind: k, comma: r.joined}
	r.joined = false
	if n := len(r.left); n > 0 {
		last := &r.left[n-1]
		if k == leftWord && last.kind == leftWord && last.end == start {
			last.end = end // Han characters are left one by one
			return
		}
		l.glued = onlyBlanks(r.clean[last.end:start])
	}
	if !l.comma {
		l.comma = joinsPeople(r.sepBefore(start))
	}
	r.left = append(r.left, l)
}

// sepBefore returns the last mark before offset start that is no blank.
func (r *reader) sepBefore(start int) byte {
	for start--; start >= 0; start-- {
		if c := r.clean[start]; c != ' ' {
			return c
		}
	}
	return 0
}

func joinsPeople(c byte) bool { return c == ',' || c == ';' || c == '&' || c == '+' }

func onlyBlanks(s string) bool { return strings.Trim(s, " \t\r\n") == "" }

// lang tells the language of the text: of its verb, else of its letters.
func (r *reader) lang() Lang {
	if r.cmd.Verb == Language && r.cmd.Lang != LangUnknown {
		return r.cmd.Lang
	}
	if r.verb != "" && len(r.verb) > 1 {
		if isASCII(r.verb) {
			return English
		}
		return Chinese
	}
	lang := LangUnknown
	run := 0
	for i := range len(r.fold) {
		c := r.fold[i]
		switch {
		case c >= 0xE3 && c <= 0xE9 || c >= 0xF0:
			return Chinese
		case c >= 'a' && c <= 'z':
			if run++; run >= 3 {
				lang = English
			}
		default:
			run = 0
		}
	}
	return lang
}
