package parser

// mergeSecrets puts one piece of its own in the place of every card or
// document number, and takes out what must not be read at all.
func (r *reader) mergeSecrets() {
	out := make([]piece, 0, len(r.p)+len(r.secrets))
	k := 0
	for _, p := range r.p {
		for p.start < p.end {
			for k < len(r.secrets) && r.secrets[k].End <= p.start {
				k++
			}
			if k == len(r.secrets) || r.secrets[k].Start >= p.end {
				out = append(out, p)
				break
			}
			s := r.secrets[k]
			if p.start < s.Start { // the part before the secret
				head := p
				head.end = s.Start
				head.fold = r.fold[p.start:s.Start]
				out = append(out, head)
				p.sep = 0
			}
			if s.Kind <= SecretDocument && (len(out) == 0 || out[len(out)-1].kind != secret || out[len(out)-1].secret != k) {
				out = append(out, piece{kind: secret, start: s.Start, end: s.End, sep: p.sep, secret: k})
			}
			p.start, p.sep = min(s.End, p.end), 0
			p.fold = r.fold[p.start:p.end]
		}
	}
	r.p = out
	for _, s := range r.secrets {
		if s.Kind > SecretDocument {
			r.cmd.Removed = append(r.cmd.Removed, s)
			r.cmd.Why = append(r.cmd.Why, Reading{Word: removed, Rule: "secret that must not be texted"})
		}
	}
}
