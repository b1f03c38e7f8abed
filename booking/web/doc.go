// Package web serves the operator console: pages for those who watch the sale.
// They change nothing that is stored; the only requests that change anything are
// login and logout. The pages work without JavaScript and load nothing from
// anywhere else. Their words stand in texts/en.txt and texts/zh.txt.
//
// What is shown comes from a reader beside the store's writer (Store) and from
// functions of the gateway (Options). Numbers over the whole store are counted by a
// census in the background, at a pace of its own, and shown with the time they are of;
// every other query is bounded in rows and in time.
//
// Customers are shown masked and addressed by an id that nobody can guess or turn
// into a number without the vault's key. Rules of safety: W01 to W08 of the fault
// catalogue; the tests have their names.
package web
