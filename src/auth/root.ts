/** The user and the role with all rights; both have to exist for authentication to be turned on. */
export const ROOT_USER = 'root';
export const ROOT_ROLE = 'root';
