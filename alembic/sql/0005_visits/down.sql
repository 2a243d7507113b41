set role his_owner;
drop table app.visit, app.ticket_counter;
reset role;
set role his_search;
drop function app.hall_queue, app.note_reprint, app.relate_visit, app.stamp_visit, app.number_visit, app.next_ticket;
reset role;
