package dialogue

import "strings"

// spec names the placeholders that a template may use.
type spec string

// What templates about a trip and about an order know.
const (
	aTrip   = "number date time arrival from to "
	anOrder = aTrip + "class seats price refund account order until code places board "
)

// names is the set of the placeholders.
func (s spec) names() map[string]bool {
	all := map[string]bool{}
	for _, name := range strings.Fields(string(s)) {
		all[name] = true
	}
	return all
}

// specs are the keys of the templates: a language that lacks one, or has
// another, is refused.
var specs = map[string]spec{
	"space": "", "apology": "", "lost": "part", "removed": "", "removed.booking": "", "flood": "limit until",
	"unread": "", "unread.again": "", "unread.agent": "",
	"mean": "text", "mean.code": "", "mean.unclear": "word",
	"later": "word", "later.change": "", "later.wait": "", "later.card": "",
	"agent": "", "cancel.or.stop": "", "stop": "short", "stop.us": "short", "start": "short",
	"help": "", "help.book": "", "help.query": "", "help.pay": "", "help.cancel": "", "help.orders": "",
	"help.register": "", "help.stop": "", "language.which": "", "language.set": "",

	"register.how": "", "register.name": "", "register.long": "", "register.other": "document",
	"register.done": "name document", "register.again": "name document", "register.undone": "",
	"register.pay": anOrder + "name document", "profile": "name document",
	"register.bad": "", "register.bad.check": "", "register.bad.old": "", "register.bad.date": "",
	"register.bad.region": "", "register.bad.length": "",

	"card.rejected": "", "card.added": "account", "card.none": "", "card.phone": "account", "card.full": "n", "card.list": "accounts",
	"account.none": "", "account.none.order": anOrder, "account.unknown": "accounts",
	"account.card": "last", "account.phone": "last", "account.alipay": "last", "account.alias": "alias",

	"date.bad": "text", "place.unknown": "text question", "date.period": "first last", "date.which": "date first second",
	"query.how": "", "query.none": "", "query.to": "place", "query.from": "place", "query.to.bare": "", "query.from.bare": "",
	"service": aTrip + "fares", "service.fare": "class fare left", "service.unknown": "number",
	"service.not": "number date", "service.left": "number date", "service.closed": "number date", "service.route": "number date",
	"list": "head lines tail", "list.head": aTrip + "page pages", "list.head.other": aTrip + "page pages asked",
	"list.head.near": aTrip + "page pages", "list.join": "", "list.line": aTrip + "n class fare left", "list.line.short": aTrip + "n class fare left",
	"list.line.bare": aTrip + "n left", "list.left": "n", "list.full": "", "list.plenty": "", "list.more": "", "list.end": "",
	"list.closed": "", "list.last": "", "list.range": "n",
	"near": "reason lines", "near.none": "reason", "near.line": aTrip + "n", "near.join": "",

	"book.how": "", "book.nofare": "number", "book.class": "number class classes", "book.max": "max",
	"class.which": aTrip + "class options", "class.option": "n class fare left", "book.count": aTrip + "class max", "limit.quotes": "n orders", "limit.unpaid": "n", "soldout": aTrip + "class", "soldout.few": aTrip + "class left",
	"quote": anOrder, "quote.open": anOrder, "cancel.quote": anOrder, "cancel.kept": anOrder,

	"confirm.register": anOrder, "confirm.account": anOrder, "confirm.removed": anOrder,
	"yes.none": "", "yes.code": anOrder, "yes.which": "orders", "late.gone": anOrder, "status.late": anOrder,
	"pay.which": "orders", "pay.late": anOrder, "drop.which": "orders", "drop.question": "", "drop.paid": anOrder,
	"cancel.departed": anOrder, "cancel.part": anOrder, "cancel.locked": anOrder, "cancel.none": "",
	"cancel.which": "lines", "cancel.line": anOrder + "n",

	"order.unknown": "", "order.none": "", "order.list": "lines order", "order.join": "", "order.line": anOrder + "state",
	"order.detail": anOrder, "order.past": anOrder, "state.held": anOrder, "state.late": "", "state.declined": anOrder, "state.paid": "", "state.busy": "", "state.review": "",
	"refund.none": "", "refund.not": anOrder, "ticket.none": "", "ticket.which": "orders",

	"busy.hold": anOrder, "busy.pay": anOrder, "busy.issue": anOrder, "busy.cancel": anOrder, "busy.return": anOrder,
	"slow.hold": anOrder, "slow.pay": anOrder, "slow.issue": anOrder, "slow.cancel": anOrder, "slow.return": anOrder,
	"nohold": anOrder, "wrong": "tries order", "wrong.last": anOrder, "wrong.closed": anOrder, "wrong.kept": anOrder, "dropped": anOrder,
	"expired": anOrder, "declined": anOrder + "alias", "declined.account": anOrder + "alias",
	"declined.other": anOrder, "declined.account.other": anOrder, "givenup": anOrder, "paid": anOrder,
	"notcharged": anOrder, "returned": anOrder, "refunded": anOrder, "stands": anOrder, "review": anOrder,
	"closed": anOrder, "closed.sold_out": anOrder, "closed.expired": anOrder, "closed.cancelled": anOrder, "closed.wrong_code": anOrder,
	"closed.declined": anOrder, "closed.debit_unknown": anOrder, "closed.issue_failed": anOrder, "closed.refunded": anOrder,

	"board": "", "board.flight": "", "money.cny": "", "place.car": "", "place.seat": "",
	"class.2nd": "", "class.1st": "", "class.business": "", "class.premium": "", "class.economy": "", "class.sleeper": "",
	"class.seat": "", "class.standing": "", "class.soft_sleeper": "", "class.hard_sleeper": "", "class.soft_seat": "",
	"class.hard_seat": "",
}
