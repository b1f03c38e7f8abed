package dialogue

import "strings"

// spec names the placeholders that a template may use.
type spec string

// What templates about a trip and about an order know.
const (
	aTrip   = "number date time arrival from to "
	anOrder = aTrip + "class seats price refund account order until by code places board " + aPart
	// aPart is of single seats of an order, aSwap of a change.
	aPart = "fare fee kept who whose seat gone goneseat stay tickets "
	// aWish is of the waitlist, aName of seats that have names.
	aWish = anOrder + "services deadline most ahead party "
	aName = anOrder + "names seated name "
	aSwap = anOrder + "old oldnumber olddate oldtime diff changefee charge toclass due settlement "
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
	"space": "", "apology": "", "lost": "part", "removed": "", "removed.booking": "", "flood": "limit until", "flood.minute": "limit until", "flood.day": "limit when",
	"unread": "", "unread.again": "", "unread.agent": "",
	"mean": "text", "mean.code": "", "mean.unclear": "word",
	"later": "word",
	"agent": "", "cancel.or.stop": "", "stop": "short", "stop.us": "short", "start": "short",
	"help": "", "help.book": "", "help.query": "", "help.pay": "", "help.cancel": "", "help.change": "", "help.alert": "", "help.orders": "",
	"help.register": "", "help.stop": "", "help.wait": "", "help.operator": "", "help.card": "", "help.pax": "", "help.profile": "",
	"language.name": "", "language.which": "", "language.which.more": "languages", "language.set": "",

	"register.how": "", "register.name": "", "register.other": "document",
	"register.done": "name document", "register.again": "name document", "register.undone": "",
	"register.often": "until", "register.checking": "name document", "register.verified": "name document", "register.refused": "name document",
	"register.pay": anOrder + "name document", "name.long": "how",
	"register.bad": "how", "register.bad.check": "how", "register.bad.old": "how", "register.bad.date": "how",
	"register.bad.region": "how", "register.bad.length": "how",
	"how.reg": "", "how.name": "", "how.id": "", "how.pax": "", "how.book": "",
	"stale": "", "stale.person": "",

	"profile": "name document details", "profile.pays": "account", "profile.notices": "", "profile.quiet": "", "profile.home": "place", "profile.job": "job", "profile.join": "",
	"set.how": "", "set.name.how": "", "set.name.done": "name", "set.name.often": "until", "set.travels": anOrder,
	"set.id.how": "", "set.id.same": "document", "set.id.ask": "document code until", "set.id.done": "document", "set.id.often": "when", "set.paused": "when",
	"set.city.how": "", "set.city.unknown": "text", "set.city.done": "place", "set.job.how": "", "set.job.long": "max", "set.job.done": "job",
	"set.notify.on": "", "set.notify.off": "",

	"pending.code": "what", "pending.late": "what", "pending.locked": "until", "pending.removed": "code", "pending.dropped": "what",
	"pending.wrong": "what tries", "pending.wrong.last": "what", "pending.closed": "what until", "codes.spent": "until",
	"what.id": "", "what.add": "account", "what.delete": "account", "what.default": "account", "what.forget": "",
	"drop.what": "lines", "choice": "n text",

	"pax.how": "", "pax.none": "", "pax.added": "alias name document", "pax.taken": "alias name document", "pax.deleted": "alias name document",
	"pax.me": "", "pax.full": "n", "pax.del.how": "", "pax.unknown": "name", "pax.list": "lines", "pax.list.more": "lines", "pax.last": "",
	"pax.line": "alias name document", "pax.join": "", "alias.bad": "alias", "alias.taken": "alias",
	"who.register": "", "who.unknown": "name", "who.unknown.seats": "name seats", "who.mean": "name alias", "who.mean.seats": "name alias seats", "who.twice": "name", "who.name": "",

	"forget.ask": "code until", "forget.done": "", "forget.nothing": "", "forget.order": anOrder,

	"card.rejected": "", "card.added": "account", "card.none": "", "card.phone": "account", "card.full": "n", "card.list": "accounts account",
	"card.add": "account brand code until", "card.add.bank": "account code until", "card.add.how": "", "card.known": "account", "card.bad.iban": "",
	"card.which": "accounts", "card.delete": "account code until", "card.deleted": "account other", "card.deleted.last": "account", "card.used": anOrder,
	"card.default": "account", "card.default.ask": "account code until", "account.often": "until",
	"account.none": "", "account.none.order": anOrder, "account.unknown": "accounts",
	"account.card": "last", "account.phone": "last", "account.alipay": "last",
	"account.wechat": "last", "account.bank": "last", "account.alias": "alias",

	"date.bad": "text", "place.unknown": "text question", "date.period": "first last", "date.which": "date first second",
	"query.how": "", "query.none": "", "query.to": "place", "query.from": "place", "query.to.bare": "", "query.from.bare": "",
	"service": aTrip + "fares", "service.fare": "class fare left", "service.unknown": "number",
	"service.not": "number date", "service.left": "number date", "service.closed": "number date", "service.route": "number date",
	"service.stop": "number place", "service.from": "number place", "near.route": "reason lines from to", "change.places": anOrder,
	"book.time": aTrip, "book.arrives": aTrip, "book.train": aTrip, "book.bus": aTrip, "book.flight": aTrip,
	"list": "head lines tail", "list.head": aTrip + "page pages", "list.head.other": aTrip + "page pages asked",
	"list.head.near": aTrip + "page pages", "list.head.station": aTrip + "page pages", "near.line.from": aTrip + "n",
	"list.head.time": aTrip + "page pages", "list.head.class": aTrip + "page pages class", "list.head.price": aTrip + "page pages max",
	"list.head.kind": aTrip + "page pages kind", "list.cancelled": "", "list.more.down": "since", "list.end.down": "since",
	"service.down": aTrip + "fares since", "service.cancelled": aTrip, "book.down": aTrip + "since",
	"since.start": "", "kind.train": "", "kind.bus": "", "kind.flight": "",
	"list.join": "", "list.line": aTrip + "n class fare left", "list.line.short": aTrip + "n class fare left",
	"list.line.bare": aTrip + "n left", "list.left": "n", "list.full": "", "list.wait": "", "list.off": "", "list.plenty": "", "list.more": "", "list.end": "",
	"list.closed": "", "list.last": "", "list.range": "n",
	"near": "reason lines", "near.none": "reason", "near.line": aTrip + "n", "near.join": "",

	"book.how": "", "book.nofare": "number", "book.class": "number class classes", "book.max": "max", "book.dear": aTrip + "class fare max",
	"class.which": aTrip + "class options", "class.option": "n class fare left", "book.count": aTrip + "class max", "limit.quotes": "n orders", "limit.unpaid": "n", "soldout": aTrip + "class", "soldout.wait": aTrip + "class wdate", "day.word": "day", "soldout.few": aTrip + "class left",
	"quote": anOrder, "quote.open": anOrder, "quote.named": aName, "quote.named.open": aName, "cancel.quote": anOrder, "cancel.kept": anOrder,

	"rest": aTrip + "class seats text", "rest.again": aTrip + "class seats text", "confirm.rest": anOrder + "text", "cancel.not": anOrder + "text",

	"confirm.register": anOrder, "confirm.checking": anOrder, "confirm.refused": anOrder, "confirm.account": anOrder, "confirm.removed": anOrder,
	"yes.none": "", "yes.code": anOrder, "yes.which": "orders", "late.gone": anOrder, "status.late": anOrder,
	"pay.which": "orders", "pay.late": anOrder, "drop.which": "orders", "drop.question": "", "drop.paid": anOrder,
	"cancel.departed": anOrder, "cancel.locked": anOrder, "cancel.none": "",
	"cancel.which": "lines", "cancel.line": anOrder + "n",

	"cancel.quote.fee": anOrder, "cancel.quote.part": anOrder, "cancel.quote.nothing": anOrder, "cancel.held": anOrder,
	"cancel.who": anOrder + "lines", "cancel.gone": anOrder + "lines", "cancel.who.line": "n who", "cancel.only": anOrder, "cancel.changing": anOrder + "next", "limit.cancels": anOrder + "n when",
	"few": "reason rest seats lines", "few.none": "reason rest seats", "seats.one": "", "seats.many": "n", "seats.all": "n", "name.join": "",

	"change.which": anOrder, "change.ticket": "lines", "change.none": "", "change.near": "reason lines", "change.near.none": anOrder + "reason",
	"change.withdrawn": aSwap, "change.date": anOrder + "text", "change.unpaid": anOrder, "change.departed": anOrder,
	"change.often": anOrder + "n", "change.part": anOrder, "change.same": anOrder, "change.currency": anOrder,
	"change.soldout": aTrip + "class order", "change.few": aTrip + "class left order", "change.quote": aSwap, "change.class": "class",
	"change.pay": "amount account", "change.back": "amount account", "changed": aSwap, "changed.pay": "amount", "changed.back": "amount account",
	"change.dropped": aSwap, "change.expired": aSwap, "change.closed": aSwap, "change.nohold": aSwap, "change.declined": aSwap + "alias",
	"change.declined.other": aSwap, "change.givenup": aSwap, "change.notcharged": aSwap, "change.returned": aSwap, "change.failed": aSwap, "change.returned.free": aSwap, "change.failed.free": aSwap,
	"change.slow": aSwap, "change.slow.pay": aSwap, "change.busy": aSwap, "change.busy.old": aSwap, "change.busy.back": aSwap + "amount",
	"closed.swap": aSwap, "closed.changed": anOrder + "old", "closed.changed.ended": anOrder + "old", "closed.withdrawn": anOrder,

	"disrupted.cancelled": anOrder, "disrupted.cancelled.held": anOrder, "disrupted.moved": anOrder, "disrupted.moved.held": anOrder,
	"disrupted.restored": anOrder, "news.cancelled": aTrip, "news.moved": aTrip, "news.restored": aTrip, "notice": "number text",
	"reminder": anOrder, "reminder.today": anOrder, "reminder.tomorrow": anOrder,
	"alert.on": anOrder + "when", "alert.near": anOrder, "alert.off": anOrder, "alert.list": "lines", "alert.line": anOrder + "when", "alert.none": "",
	"follow.on": "number date", "follow.on.daily": "number", "follow.off": "number date", "follow.off.daily": "number", "follow.stopped": "number",
	"follow.full": "n", "follow.line": "number date", "follow.line.daily": "number",

	"state.change": aSwap, "state.cancelled": "", "state.moved": anOrder, "order.part": anOrder,
	"refund.one": anOrder + "amount progress", "refund.many": anOrder + "lines", "refund.list": anOrder + "lines", "refund.line": anOrder + "amount state",
	"refund.requested": "when", "refund.sent": "when", "refund.accepted": "when", "refund.settled": "when", "refund.failed": "when",
	"refund.state.requested": "", "refund.state.sent": "", "refund.state.accepted": "", "refund.state.settled": "", "refund.state.failed": "",
	"settled": anOrder + "amount", "refunded.fee": anOrder, "refunded.nothing": anOrder, "refunded.part": anOrder,
	"refunded.part.nothing": anOrder, "closed.refunded.nothing": anOrder,

	"order.unknown": "", "order.often": "until", "order.none": "", "order.list": "lines order", "order.list.past": "lines order", "order.join": "", "order.line": anOrder + "state",
	"order.detail": anOrder, "order.past": anOrder, "state.held": anOrder, "state.late": "", "state.declined": anOrder, "state.paid": "", "state.left": "", "state.refunded": "", "state.busy": "", "state.review": "",
	"refund.none": "", "refund.not": anOrder, "ticket.none": "", "ticket.which": "orders",

	"busy.hold": anOrder, "busy.pay": anOrder, "busy.issue": anOrder, "busy.cancel": anOrder, "busy.leaving": anOrder, "busy.part": anOrder, "review.part": anOrder, "busy.return": anOrder,
	"slow.hold": anOrder, "slow.pay": anOrder, "slow.issue": anOrder, "slow.cancel": anOrder, "slow.return": anOrder,
	"nohold": anOrder, "wrong": "tries order", "wrong.last": anOrder, "wrong.closed": anOrder, "wrong.closed.all": "orders", "wrong.kept": anOrder, "dropped": anOrder,
	"expired": anOrder, "declined": anOrder + "alias", "declined.other": anOrder, "givenup": anOrder, "paid": aName,
	"notcharged": anOrder, "stray": anOrder, "returned": anOrder, "refunded": anOrder, "stands": anOrder, "review": anOrder,
	"closed": anOrder, "closed.sold_out": anOrder, "closed.expired": anOrder, "closed.cancelled": anOrder, "closed.wrong_code": anOrder,
	"closed.declined": anOrder, "closed.debit_unknown": anOrder, "closed.issue_failed": anOrder, "closed.refunded": anOrder,

	"board": "", "board.flight": "", "money.cny": "", "place.car": "", "place.seat": "",
	"class.2nd": "", "class.1st": "", "class.business": "", "class.premium": "", "class.economy": "", "class.sleeper": "",
	"class.seat": "", "class.standing": "", "class.soft_sleeper": "", "class.hard_sleeper": "", "class.soft_seat": "",
	"class.hard_seat": "",

	"wait.none": "", "wait.how": "", "wait.empty": "", "wait.max": "max", "wait.limit": "n orders", "wait.by": "deadline number",
	"wait.late": "deadline number", "wait.free": "lines class seats", "wait.or": "", "wait.more": "n", "wait.seats": "seats",
	"wait.quote": aWish, "wait.quote.open": aWish, "wait.register": aWish, "wait.account": aWish, "wait.joined": aWish, "wait.status": aWish,
	"wait.list": "lines order", "wait.line": aWish, "wait.line.open": aWish, "wait.dropped": aWish, "wait.over": aWish, "wait.closed": aWish,
	"wait.ended": aWish, "wait.booked": aWish, "wait.found": aWish, "wait.dearer": aWish, "wait.declined": aWish, "wait.got": aWish + "seated",

	"names.who": aTrip + "class n seats", "names.more": aTrip + "class n seats names", "names.some": aTrip + "class n seats names", "names.join": "", "names.seat": "", "names.tickets": "",
	"names.booked": aName, "names.taken": aName, "names.taken.some": aName, "book.suspended": aTrip + "class", "rush": "n minutes order",

	"stat.none": "", "stat.empty": "date", "stat.more": "n", "hold.how": "", "hold.many": "n", "hold.ask": "what code until", "hold.done": "what",
	"open.ask": "what code until", "open.done": "what", "sale.daily": "", "cast.how": "", "cast.long": "", "cast.ask": "what n text code until",
	"cast.done": "what", "what.sale": "what",

	"cast.ask.class": "what n text code until", "cast.nobody": "what", "notice.class": "text",
	"review.empty": "", "review.none": "order", "review.list": "lines", "review.line": "order phone price state", "review.one": "order phone number date price state when",
	"review.change": "", "review.refund": "", "review.void": "", "review.reverse": "", "review.due": "order", "review.soon": "order when",
	"review.ask.issued": "order phone price code until", "review.ask.reversed": "order phone price code until", "review.asked": "order",
	"ruled.issued": "order", "ruled.reversed": "order", "ruled.not": "order",
	"agent.call": "place when", "agent.again": "place when", "agent.taken": "", "agent.free": "", "agent.within": "span", "agent.hours": "hours",
	"span.hours": "n", "span.minutes": "n", "help.desk": "", "why.asked": "", "why.unread": "", "why.departed": "", "why.review": "",
	"desk.told": "n phone why", "desk.many": "", "desk.empty": "", "desk.how": "", "desk.none": "n", "desk.list": "lines", "desk.line": "n phone why when state",
	"desk.mark": "", "desk.yours": "n number why", "desk.other": "n phone when", "desk.done": "n phone",
}
