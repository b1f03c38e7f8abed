package identity

import "time"

// Validator knows one kind of document. It keeps no state and is safe for
// concurrent use.
type Validator interface {
	// Kind is the kind of document; its text is stored.
	Kind() Kind
	// Takes tells whether a number in its normal form (upper case, without
	// spaces, hyphens and brackets) has the form of this kind.
	Takes(number string) bool
	// Check looks at a number that is taken. r has Kind and Normal set; Check
	// adds what is wrong (Find), what is worth knowing (Flag) and what the
	// number tells. It may set Normal to the form to be kept. now decides
	// which days lie in the future.
	Check(r *Result, now time.Time)
}

// Registry is a list of validators, asked in order. The zero value knows no
// document. It is a value: nothing can be added to one in use.
type Registry struct{ list []Validator }

// NewRegistry makes a registry of the validators given; earlier ones are
// preferred where several take a number and none or more find it right.
func NewRegistry(list ...Validator) Registry {
	return Registry{append([]Validator(nil), list...)}
}

// Builtin returns the validators that Check works with, for registries with
// more: NewRegistry(Aadhaar{}, IBAN{}).With(Builtin()...). What has a check digit
// should stand before what has none.
func Builtin() []Validator {
	return []Validator{resident{}, foreign{}, homeReturn{}, taiwanPermit{}, licence{}, passport{}}
}

// builtin is the registry of Check.
var builtin = NewRegistry(Builtin()...)

// With returns a registry that asks more validators after those it has.
func (g Registry) With(more ...Validator) Registry {
	return Registry{append(append([]Validator(nil), g.list...), more...)}
}

// Check reads a number as a customer may write it: spaces, hyphens, dots, brackets,
// small letters and full-width characters are put right first. now decides
// which births lie in the future (by the calendar of China, UTC+8). The
// answer is that of the first validator that finds the number right, else of
// the first that takes it; when none does, the findings say why.
func (g Registry) Check(number string, now time.Time) Result {
	n := normalize(number)
	var first Result
	taken := false
	for _, v := range g.list {
		if !v.Takes(n) {
			continue
		}
		r := Result{Kind: v.Kind(), Normal: n}
		v.Check(&r, now)
		if r.Valid = !r.wrong(); r.Valid {
			return r
		}
		if !taken {
			first, taken = r, true
		}
	}
	if !taken {
		first = Result{Normal: n}
		explain(&first)
	}
	return first
}

// wrong tells whether a finding is more than a flag.
func (r *Result) wrong() bool {
	for _, f := range r.Findings {
		if !f.Flag {
			return true
		}
	}
	return false
}
