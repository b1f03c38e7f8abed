package parser

import "strings"

// readEmail reads an e-mail address at the cursor where an account is wanted.
func (r *reader) readEmail() bool {
	p := &r.p[r.i]
	if r.takes&sAccount == 0 || p.kind == han {
		return false
	}
	end := emailEnd(r.fold, p.start)
	if end == 0 {
		return false
	}
	start, value := p.start, r.fold[p.start:end]
	for r.i < len(r.p) && r.p[r.i].start < end {
		r.i++
	}
	if old := &r.cmd.Account; old.Kind != NoAccount && old.Kind != DefaultAccount && (old.Kind != Mobile || old.Value != "") {
		r.leave(start, end, leftOther)
		return true
	}
	r.cmd.Account = Account{Kind: Email, Value: value, Wallet: r.cmd.Account.Wallet}
	r.cmd.Why = append(r.cmd.Why, Reading{Word: value[:1] + "***" + value[strings.IndexByte(value, '@'):], Rule: "account, e-mail"})
	return true
}

// emailEnd returns where the address that starts at start ends, 0 when there
// is none: a local part, @, and a domain with a dot (the common part of RFC 5321 §4.1.2).
func emailEnd(s string, start int) int {
	i, at, dot := start, 0, 0
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		case c == '@' && at == 0 && i > start:
			at = i
		case c == '.' && i+1 < len(s) && isAlnum(rune(s[i+1])) && i > start && isAlnum(rune(s[i-1])):
			if at > 0 {
				dot = i
			}
		case (c == '-' || c == '_' || c == '+') && i+1 < len(s) && isAlnum(rune(s[i+1])):
		default:
			if at == 0 || dot <= at+1 {
				return 0
			}
			return i
		}
	}
	if at == 0 || dot <= at+1 {
		return 0
	}
	return i
}
