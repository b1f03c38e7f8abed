// Package parser reads what customers text: one pure function from a text
// to a Command, in English and in Chinese alike, with the reason for every
// reading. It knows nothing of customers, orders or stores; places and
// services reach it through a Gazetteer.
package parser

import "strings"

// Verb is what a text asks for.
type Verb uint8

// The verbs, in the order of the command table. None is a text with slots
// but no verb (an answer to a question such as "2 tickets" or "ME,LI");
// Unknown is a text nothing could be made of.
const (
	None       Verb = iota
	Unknown         // nothing in the text was understood
	Register        // REG
	Query           // Q, or no verb but a service or two places
	More            // M
	Back            // BACK
	Choose          // a number (Choice), W and a number (Waitlisted), or with a list open a service alone
	Book            // BOOK
	Confirm         // Y code, PAY code, or a bare six-digit number (Bare)
	Drop            // N
	Pay             // PAY order account
	Cancel          // CXL order; Choice is a passenger's number, Count a number of tickets
	Orders          // ORD
	Ticket          // TICKET order
	Help            // HELP topic
	Language        // LANG
	Stop            // an opt-out word
	Start           // an opt-in word
	Change          // CHG order
	Refund          // REFUND order
	Wait            // WAIT services
	Alert           // ALERT
	Card            // CARD ADD, DEL, LIST, DEF (Topic)
	Passengers      // PAX ADD, DEL, LIST (Topic)
	Profile         // ME
	Set             // SET what value (Topic, Value)
	Agent           // AGENT
	Stat            // STAT date (operator)
	// CancelOrStop is a bare CANCEL or 退: the customer must be asked which.
	CancelOrStop
	Suspend   // HOLD service (operator)
	Resume    // OPEN service (operator)
	Broadcast // BCAST service text (operator)
	Forget    // FORGET ME
	Desk      // DESK (operator): callbacks; Topic TAKE or DONE, Choice the callback, Value the note
	Review    // REVIEW order (operator); Topic ISSUED or REVERSED
)

// Lang is the language a text is written in.
type Lang uint8

// LangUnknown is a text that tells nothing, such as `Y 730214`.
const (
	LangUnknown Lang = iota
	English
	Chinese
)

// String returns the ISO 639-1 code, empty when unknown.
func (l Lang) String() string {
	switch l {
	case English:
		return "en"
	case Chinese:
		return "zh"
	default:
		return ""
	}
}

// Place is a city or station. The ID is opaque to the parser.
type Place struct {
	ID   string
	Name string
}

// Gazetteer knows the places and services of the catalogue. It must be safe
// for concurrent use.
type Gazetteer interface {
	// Lookup finds a place by its exact folded name: lower case, simplified,
	// without spaces (`beijing`, `beijingsouth`, `beijingnan`, `北京`, `bjp`, `010`).
	Lookup(folded string) (Place, bool)
	// Fuzzy finds a place by a mistyped name, when only one is meant.
	Fuzzy(folded string) (Place, bool)
	// HanPrefix finds the longest place name at the start of s and its
	// length in bytes; 0 when there is none.
	HanPrefix(s string) (Place, int)
	// Service tells whether a service of that number (upper case) exists.
	Service(number string) bool
}

// Context is what the parser is told about the moment and the customer.
type Context struct {
	Today    Date
	Now      int       // minutes after midnight
	SaleDays int       // tickets are sold for Today to Today+SaleDays, both included
	Places   Gazetteer // may be nil
	ListOpen bool      // the customer was sent a numbered list not long ago
	OptOut   string    // opt-out profile: "", "us" (bare CANCEL opts out) or "cn"
}

// Person is one passenger: a saved alias, or a name with a document.
type Person struct {
	Name     string // as typed
	Document string // upper case, without spaces; empty for an alias
	Alias    bool   // Name is what the customer calls a saved passenger; "ME" is the customer, also for 我
}

// AccountKind tells how an account was named.
type AccountKind uint8

// The ways to name an account.
const (
	NoAccount      AccountKind = iota
	DefaultAccount             // `card`, 卡
	Alias                      // `C1`
	LastFour                   // `card 7890`, `card*7890`, 尾号7890
	CardNumber                 // a full number of a card or bank account; a secret
	Mobile                     // a mobile number, as wallets use them; Value is empty when only the wallet was named
	Email                      // an e-mail address, as wallets use them; in small letters
)

// Account is what the customer pays with.
type Account struct {
	Kind  AccountKind
	Value string // alias in upper case, or digits
	// Doubtful marks a CardNumber that fails its check digit (ISO/IEC
	// 7812-1 annex B). Some bank accounts have none, so it is a hint. That of an
	// international bank account number (ISO 13616), which starts with two letters and
	// has the length of its country, is not looked at here.
	Doubtful bool
	Wallet   Wallet // that was named with it
}

// Wallet is a service that keeps money under mobile numbers or e-mail addresses.
type Wallet uint8

// The wallets that texts may name.
const (
	AnyWallet Wallet = iota
	Alipay
	WeChat
)

// Reading is one step of the parser's own explanation.
type Reading struct {
	Word string // what was read, secrets masked
	Rule string // which rule read it: "verb", "verb typo", "service", "date", ...
	As   string // what it was taken for; empty when the word says it itself
}

// Command is what a text means.
type Command struct {
	Verb Verb
	Lang Lang // of the text; for Language the one asked for
	// Fuzzy is set when the verb was read through a typo. When Suggest is
	// set too, the verb spends, cancels or stops: ask, never run.
	Fuzzy   bool
	Suggest string // the corrected text to offer: "BOOK G123"; card numbers masked

	Service  string   // upper case
	Services []string // every service named, where a verb takes several (WAIT, HOLD, OPEN); else nil
	Places   []Place  // from, to
	ToOnly   bool     // the single place is where to go, not where from
	FromOnly bool     // FROM was said before the single place

	Kind     Kind   // of service wished for; a service named counts more
	Sort     Sort   // of the list
	MaxPrice int    // of a seat, in units of the currency; 0 when not said
	Arrive   Window // of the arrival

	Date        Date
	DateChoices []Date // two, in order of time, when the text does not tell which; Date is then zero
	DateText    string // the date as typed
	Time        Window
	Until       Date // WAIT ... BY: the last day; zero when none was said
	UntilTime   int  // minutes after midnight of Until, or of the day there is a deadline on; 0 when not said

	Class   string // canonical: see Classes
	Count   int    // tickets; 0 when not said
	People  []Person
	Account Account

	Order    string // order code, upper case
	BadOrder bool   // Order has the shape of a code and fails its check character
	Code     string // six digits; a secret
	Bare     bool   // the code was the whole text

	Choice     int   // a line of a list; for CXL a passenger of the order; for DESK a callback
	Choices    []int // CXL: every number where several passengers are named, Choice the first; else nil
	Waitlisted bool  // the choice was written W2

	Name     string // REG: name; CARD: the alias after AS; PAX: see People
	Document string // REG, SET ID: document number, upper case; a secret

	Topic     string // HELP: canonical keyword or the word; LANG: "en", "zh"; CARD, PAX, SET, WAIT, ALERT, STAT, DESK, REVIEW: the canonical sub-command
	TopicVerb Verb   // HELP: the verb asked about
	Value     string // SET, BCAST, AGENT, DESK: the rest as typed, secrets masked; SET NOTIFY: "ON" or "OFF"

	Removed []Secret // check values, PINs and passwords, which were not read as anything else
	Unread  []string // words no rule took, as typed
	Why     []Reading
}

// Explain tells in one line which rule read which word as what. It holds no
// secret.
func (c Command) Explain() string {
	var b strings.Builder
	for i, r := range c.Why {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(r.Word)
		b.WriteString(" = ")
		switch {
		case r.As == "":
			b.WriteString(r.Rule)
		case r.Rule == "date": // a day needs no name: 5/12 = 5 Dec
			b.WriteString(r.As)
		default:
			b.WriteString(r.Rule)
			b.WriteByte(' ')
			b.WriteString(r.As)
		}
	}
	return b.String()
}
