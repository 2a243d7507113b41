set role his_owner;
reset role;
