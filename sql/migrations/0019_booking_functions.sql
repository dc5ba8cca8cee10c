-- Functions of a choice whose parameters or answer are others since choices are made together (0017): what stands in
-- sql/functions cannot replace those of before, and an overload that nobody calls must not stay callable.

drop function if exists nb.book(bigint, bigint, text, bytea, uuid, uuid[], text, uuid, boolean, bigint, text);
drop function if exists nb.book_choice(bigint, bigint, uuid, uuid[], text, uuid, boolean, bigint, text);
drop function if exists nb.book_plan(bigint, uuid, uuid[]);
drop function if exists nb.book_one(nb.booking, nb.shelter_request, nb.candidate);
drop function if exists nb.book_place(nb.booking, nb.candidate, integer, text);
drop function if exists nb.referral_send(nb.booking);
